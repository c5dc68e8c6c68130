namespace EtcdEdge.Peers;

/// <summary>The dialled member refused us; the message is its line for the operator.</summary>
public sealed class PeerRefusedException(RefusalReason reason, string message) : Exception(message)
{
    public RefusalReason Reason { get; } = reason;
}
