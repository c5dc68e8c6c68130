namespace EtcdEdge.Server.Peers;

/// <summary>The dialled member refused us; the message is its line for the operator.</summary>
internal sealed class PeerRefusedException(RefusalReason reason, string message) : Exception(message)
{
    public RefusalReason Reason { get; } = reason;
}
