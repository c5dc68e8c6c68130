using EtcdEdge.Peers;
using EtcdEdge.Raft;
using EtcdEdge.Raft.Model;
using EtcdEdge.Snapshots.State;
using EtcdEdge.StateMachine.Mvcc;
using EtcdEdge.Storage.Wal;

namespace EtcdEdge.Server.Node;

/// <summary>What a node loop is made of; the daemon and the simulator each bring their own.</summary>
internal sealed record NodeLoopParts
{
    public required RaftNode Raft { get; init; }

    /// <summary>The hard state the log ends with.</summary>
    public required HardState HardState { get; init; }

    public required WriteAheadLog Wal { get; init; }

    /// <summary>What the log may still take.</summary>
    public required LogRoom Room { get; init; }

    /// <summary>Called when it becomes little: a checkpoint is wanted.</summary>
    public Action RoomIsScarce { get; init; } = () => { };

    public required IDiskQueue Disk { get; init; }

    public required IPeers Peers { get; init; }

    /// <summary>What the log means; it has applied everything up to <c>Raft.AppliedIndex</c>.</summary>
    public required StateMachineParts State { get; init; }

    public required PendingRequests Pending { get; init; }

    public required LinearizableReads Reads { get; init; }

    public required LeaderTasks Duties { get; init; }

    /// <summary>Receives each new state before any request is answered from it; the root is null when only the status changed.</summary>
    public required Action<MvccRoot?, NodeStatus> Publish { get; init; }

    /// <summary>--election-timeout, for the reasons of timeouts.</summary>
    public required long ElectionTimeoutMs { get; init; }

    /// <summary>Judges changes of the members.</summary>
    public required ReconfigCheck Gate { get; init; }

    /// <summary>Called when an applied entry removes this member: the process has to end.</summary>
    public Action Removed { get; init; } = () => { };

    /// <summary>Called when a leader's state has taken the place of this member's, with the last entry it contains.</summary>
    public Action<ulong> Installed { get; init; } = _ => { };

    /// <summary>Times the loop's work; null where there is no clock.</summary>
    public LoopMeter? Meter { get; init; }

    /// <summary>Entries kept behind the applied index for followers that lag (--snapshot-catchup-entries).</summary>
    public required ulong CatchUpEntries { get; init; }

    /// <summary>Superseded revisions removed in one batch (--compaction-batch-limit), and the pause for each batch.</summary>
    public required int CompactionBatch { get; init; }

    /// <inheritdoc cref="CompactionBatch"/>
    public required long CompactionPauseMs { get; init; }
}
