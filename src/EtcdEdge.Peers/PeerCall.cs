namespace EtcdEdge.Peers;

/// <summary>A call that arrived from another member.</summary>
/// <param name="From">The calling member.</param>
/// <param name="Kind">The kind of call; an unknown kind (from a newer member) is answered with <see cref="PeerAnswer.UnknownKind"/>.</param>
/// <param name="Payload">The payload. Owned by the receiver.</param>
/// <param name="WantsAnswer">False for <see cref="PeerTransport.Post"/>: the answer is dropped.</param>
public readonly record struct PeerCall(ulong From, PeerCallKind Kind, ReadOnlyMemory<byte> Payload, bool WantsAnswer);
