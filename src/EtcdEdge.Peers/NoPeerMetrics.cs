namespace EtcdEdge.Peers;

/// <summary>Counts nothing.</summary>
public sealed class NoPeerMetrics : IPeerMetrics
{
    public void Active(ulong peer, bool isActive)
    {
    }

    public void Disconnected(ulong peer)
    {
    }

    public void RoundTrip(ulong peer, TimeSpan time)
    {
    }

    public void Sent(ulong peer, long bytes)
    {
    }

    public void Received(ulong peer, long bytes)
    {
    }

    public void SendFailed(ulong peer)
    {
    }

    public void ReceiveFailed(ulong peer)
    {
    }

    public void SnapshotSending(ulong peer)
    {
    }

    public void SnapshotReceiving(ulong peer)
    {
    }

    public void SnapshotSent(ulong peer, bool succeeded, TimeSpan took)
    {
    }

    public void SnapshotReceived(ulong peer, bool succeeded, TimeSpan took)
    {
    }
}
