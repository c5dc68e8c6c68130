using EtcdEdge.Raft.Model;
using EtcdEdge.StateMachine.Snapshot;

namespace EtcdEdge.Snapshots.State;

/// <summary>
/// A leader's snapshot that is complete and durable here: Raft's message, and the state machine made from it, which is not used yet. Raft decides
/// whether it replaces this member's.
/// </summary>
public sealed record ReceivedSnapshot(Message Message, StateSnapshotHeader Header, StateMachineParts State);
