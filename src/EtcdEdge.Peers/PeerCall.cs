namespace EtcdEdge.Peers;

/// <summary>A call that arrived from another member.</summary>
/// <param name="From">Who calls.</param>
/// <param name="Kind">What is asked; an unknown kind (a newer member) is answered with <see cref="PeerAnswer.UnknownKind"/>.</param>
/// <param name="Payload">The question. Owned by the receiver.</param>
/// <param name="WantsAnswer">False for <see cref="PeerTransport.Post"/>: whatever is answered is dropped.</param>
public readonly record struct PeerCall(ulong From, PeerCallKind Kind, ReadOnlyMemory<byte> Payload, bool WantsAnswer);
