using EtcdEdge.Raft.Model;
using EtcdEdge.StateMachine.Snapshot;

namespace EtcdEdge.Snapshots.State;

/// <summary>
/// A leader's state that has come whole and is durable here: Raft's message, and the state machine it makes, which nobody uses yet. Raft decides
/// whether it takes the place of this member's.
/// </summary>
public sealed record ReceivedSnapshot(Message Message, StateSnapshotHeader Header, StateMachineParts State);
