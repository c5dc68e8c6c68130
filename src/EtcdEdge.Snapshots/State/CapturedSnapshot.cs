using EtcdEdge.Raft.Membership;
using EtcdEdge.Raft.Model;
using EtcdEdge.StateMachine.Snapshot;

namespace EtcdEdge.Snapshots.State;

/// <summary>Everything a checkpoint holds, as of one applied entry that is durable in the log: the state, and Raft's membership beside it.</summary>
public sealed record CapturedSnapshot(StateSnapshot State, ConfState Membership)
{
    /// <summary>Captures the state as of its last applied entry, in O(leases). On the thread that owns <paramref name="state"/>.</summary>
    public static CapturedSnapshot Of(StateMachineParts state, ConfState membership) => new(state.Applier.Capture(state.Store.Publish()), membership);

    /// <summary>The point of the log at which it was taken.</summary>
    public SnapshotMetadata Metadata => new(State.Header.AppliedIndex, State.Header.AppliedTerm, Membership);
}
