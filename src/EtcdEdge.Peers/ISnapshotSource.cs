using EtcdEdge.Raft.Model;

namespace EtcdEdge.Peers;

/// <summary>Where the data of a snapshot comes from: the published root in the daemon, bytes in tests.</summary>
public interface ISnapshotSource
{
    /// <summary>
    /// Captures what <paramref name="message"/> promises. Called inside <see cref="PeerTransport.Send"/> on its caller's thread, so the state
    /// is the one the message was made from; must not block. The result is run once, on a pool thread, and writes as fast as the stream takes.
    /// </summary>
    Func<Stream, CancellationToken, Task> Capture(Message message);
}
