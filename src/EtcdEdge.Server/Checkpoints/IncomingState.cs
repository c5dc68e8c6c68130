using EtcdEdge.Raft;
using EtcdEdge.Server.Node;
using EtcdEdge.StateMachine;

namespace EtcdEdge.Server.Checkpoints;

/// <summary>
/// A leader's state that has come whole and is durable here: Raft's message, and the state machine it makes, which nobody uses yet. Raft decides
/// whether it takes the place of this member's.
/// </summary>
internal sealed record IncomingState(Message Message, StateSnapshotHeader Header, StateMachineParts State);
