using EtcdEdge.Peers;

namespace EtcdEdge.Server.Tests.Peers;

/// <summary>Adds up what the transport reports.</summary>
internal sealed class RecordingMetrics : IPeerMetrics
{
    private long _sent;
    private long _received;
    private int _sendFailures;
    private int _receiveFailures;
    private int _roundTrips;
    private int _active;
    private int _disconnects;

    public long SentBytes => Interlocked.Read(ref _sent);

    public long ReceivedBytes => Interlocked.Read(ref _received);

    public int SendFailures => Volatile.Read(ref _sendFailures);

    public int ReceiveFailures => Volatile.Read(ref _receiveFailures);

    public int RoundTrips => Volatile.Read(ref _roundTrips);

    public int ActivePeers => Volatile.Read(ref _active);

    public int Disconnects => Volatile.Read(ref _disconnects);

    public void Active(ulong peer, bool isActive) => Interlocked.Add(ref _active, isActive ? 1 : -1);

    public void Disconnected(ulong peer) => Interlocked.Increment(ref _disconnects);

    public void RoundTrip(ulong peer, TimeSpan time) => Interlocked.Increment(ref _roundTrips);

    public void Sent(ulong peer, long bytes) => Interlocked.Add(ref _sent, bytes);

    public void Received(ulong peer, long bytes) => Interlocked.Add(ref _received, bytes);

    public void SendFailed(ulong peer) => Interlocked.Increment(ref _sendFailures);

    public void ReceiveFailed(ulong peer) => Interlocked.Increment(ref _receiveFailures);

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
