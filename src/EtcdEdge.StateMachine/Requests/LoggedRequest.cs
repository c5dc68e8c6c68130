using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.StateMachine.Requests;

/// <summary>The request in a log entry.</summary>
/// <param name="Id">The proposer's number for the request; 0 when it has none.</param>
/// <param name="Kind">The kind of request; 0 when the entry holds none that this version knows.</param>
/// <param name="Payload">The request's own message, as the client sent it: a slice of the entry.</param>
/// <param name="Who">The user on whose behalf it was proposed.</param>
public readonly record struct LoggedRequest(ulong Id, RequestKind Kind, ReadOnlyMemory<byte> Payload, AuthInfo Who);
