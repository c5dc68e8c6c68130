using EtcdEdge.Raft.Membership;
using EtcdEdge.Raft.Model;

namespace EtcdEdge.Raft.Tests.Harness;

/// <summary>
/// A member as a caller runs it: takes Readys, writes in the background, sends what may be sent, applies what is committed. Every call
/// into Raft is followed by the check of its invariants.
/// </summary>
internal sealed class Member
{
    private readonly Action<Message> _send;
    private readonly Action<Member, Entry> _apply;
    private readonly Queue<PendingWrite> _writes = new();
    private NodeView _before;

    public Member(RaftOptions options, MemberDisk disk, Action<Message> send, Action<Member, Entry> apply)
    {
        Options = options;
        Disk = disk;
        _send = send;
        _apply = apply;
        Raft = new RaftNode(options, disk.Hard, disk.Start, [.. disk.Entries]);
        _before = NodeView.Of(Raft);
        Invariants.Check(Raft);
    }

    public RaftOptions Options { get; }

    public RaftNode Raft { get; }

    public MemberDisk Disk { get; }

    public ulong Id => Options.Id;

    public IReadOnlyCollection<PendingWrite> Writes => _writes;

    /// <summary>Confirmed reads, for whoever asked; cleared by the reader.</summary>
    public List<ReadState> Reads { get; } = [];

    /// <summary>Calls into Raft and checks it.</summary>
    public T Do<T>(Func<RaftNode, T> call)
    {
        var result = call(Raft);
        Check();
        return result;
    }

    /// <summary>Calls into Raft and checks it.</summary>
    public void Do(Action<RaftNode> call)
    {
        call(Raft);
        Check();
    }

    /// <summary>Takes and carries out one Ready as DESIGN.md says; <paramref name="trace"/> sees it first.</summary>
    public void RunReady(Action<Ready>? trace = null)
    {
        var ready = Raft.TakeReady();
        Check();
        trace?.Invoke(ready);
        if (ready.MustFlush || ready.HardState is not null || ready.MessagesAfterFlush.Count > 0)
        {
            _writes.Enqueue(new PendingWrite(
                ready.Number, ready.Snapshot, [.. ready.Entries], ready.HardState, ready.MustFlush, [.. ready.MessagesAfterFlush]));
        }

        ready.Messages.ForEach(_send);
        Reads.AddRange(ready.ReadStates);
        Entry[] committed = [.. ready.CommittedEntries];
        Array.ForEach(committed, Apply);
        if (committed.Length > 0)
        {
            Do(raft => raft.Applied(committed[^1].Index));
        }
    }

    /// <summary>The oldest write reaches the disk. Returns it, or null when there is none.</summary>
    public PendingWrite? FlushOne()
    {
        if (!_writes.TryDequeue(out var write))
        {
            return null;
        }

        Disk.Write(write);
        if (write.MustFlush)
        {
            Do(raft => raft.Flushed(write.Number));
        }

        Array.ForEach(write.MessagesAfterFlush, _send);
        return write;
    }

    /// <summary>
    /// The power goes: <paramref name="whole"/> of the pending writes reached the disk, of the next one its first
    /// <paramref name="tornEntries"/> entries, unless it holds a snapshot.
    /// </summary>
    public void Crash(int whole, int tornEntries)
    {
        for (; whole > 0 && _writes.TryDequeue(out var write); whole--)
        {
            Disk.Write(write);
        }

        if (_writes.TryPeek(out var torn) && torn.Snapshot is null)
        {
            Disk.Append(torn.Entries.AsSpan(0, Math.Min(tornEntries, torn.Entries.Length)));
        }
    }

    /// <summary>
    /// Saves the state machine as of the applied index if everything is durable, and lets the log go up to <paramref name="keep"/> before
    /// it.
    /// </summary>
    public bool Checkpoint(ulong keep)
    {
        var applied = Raft.AppliedIndex;
        if (_writes.Count > 0 || Raft.HasReady || applied <= Disk.Start.Index || Raft.TermAt(applied) is not { } term)
        {
            return false;
        }

        Disk.Checkpoint(new SnapshotMetadata(applied, term, Raft.ConfState));
        Do(raft => raft.Compact(applied - Math.Min(keep, applied)));
        return true;
    }

    private void Apply(Entry entry)
    {
        if (entry.Type == EntryType.ConfChange)
        {
            Raft.ApplyConfChange(ConfChange.Decode(entry.Data));
        }

        _apply(this, entry);
    }

    private void Check()
    {
        Invariants.Check(Raft);
        Invariants.CheckStep(_before, Raft);
        _before = NodeView.Of(Raft);
    }
}
