using EtcdEdge.Raft.Model;

namespace EtcdEdge.Raft;

/// <summary>
/// Everything the caller has to do before Raft can continue, in the order of DESIGN.md. One instance per node is reused: it and its lists are valid
/// until the next <see cref="RaftNode.TakeReady"/>. Messages and entries themselves are immutable and may be kept.
/// </summary>
public sealed class Ready
{
    /// <summary>Counts up from 1; the argument of <see cref="RaftNode.Flushed"/>.</summary>
    public ulong Number { get; internal set; }

    /// <summary>
    /// Whether this Ready holds something that needs a flush: entries, a snapshot, or a new term or vote. When false nothing needs to be
    /// flushed for it, and a hard state in it (a commit index alone) may be written whenever it is cheap.
    /// </summary>
    public bool MustFlush { get; internal set; }

    /// <summary>Entries to append. The first may lie at or before the end of what was written: it replaces everything from there on.</summary>
    public List<Entry> Entries { get; } = [];

    /// <summary>The hard state, if it changed. To be written after the entries and the snapshot of this Ready.</summary>
    public HardState? HardState { get; internal set; }

    /// <summary>A snapshot to install before anything else of this Ready; it replaces the whole log.</summary>
    public SnapshotMetadata? Snapshot { get; internal set; }

    /// <summary>Messages that may leave at once.</summary>
    public List<Message> Messages { get; } = [];

    /// <summary>
    /// Messages that make a promise: they may be sent only when this Ready and all before it are durable. Empty when nothing is unflushed: then they
    /// are in <see cref="Messages"/>.
    /// </summary>
    public List<Message> MessagesAfterFlush { get; } = [];

    /// <summary>Entries to apply, in order, each exactly once. They may be applied before the flush of this Ready.</summary>
    public List<Entry> CommittedEntries { get; } = [];

    /// <summary>Confirmed reads.</summary>
    public List<ReadState> ReadStates { get; } = [];

    /// <summary>Leader, role and term, if one of them changed.</summary>
    public SoftState? SoftState { get; internal set; }

    internal void Reset(ulong number)
    {
        Number = number;
        MustFlush = false;
        HardState = null;
        Snapshot = null;
        SoftState = null;
        Entries.Clear();
        Messages.Clear();
        MessagesAfterFlush.Clear();
        CommittedEntries.Clear();
        ReadStates.Clear();
    }
}
