using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.StateMachine.Requests;

/// <summary>What an entry of the log asks for.</summary>
/// <param name="Id">The proposer's number for the request; 0 when it has none.</param>
/// <param name="Kind">Which request it is; 0 when the entry holds none that this version knows.</param>
/// <param name="Payload">The request's own message, as the client sent it: a slice of the entry.</param>
/// <param name="Who">On whose behalf it was proposed.</param>
public readonly record struct LoggedRequest(ulong Id, RequestKind Kind, ReadOnlyMemory<byte> Payload, AuthInfo Who);
