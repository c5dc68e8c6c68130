namespace EtcdEdge.Peers;

/// <summary>The answer to a call.</summary>
/// <param name="Code">0 is success; what else it means is the call's business, except the codes below.</param>
/// <param name="Payload">The answer's content. Owned by the receiver.</param>
public readonly record struct PeerAnswer(byte Code, ReadOnlyMemory<byte> Payload = default)
{
    /// <summary>The called member failed while it answered; see its log.</summary>
    public const byte Failed = 255;

    /// <summary>The called member does not support this kind of call.</summary>
    public const byte UnknownKind = 254;
}
