using EtcdEdge.Raft;

namespace EtcdEdge.Server.Peers;

/// <summary>Where the data of a snapshot goes.</summary>
internal interface ISnapshotSink
{
    /// <summary>
    /// Reads <paramref name="data"/> to its end and keeps it so that it can be installed atomically; returns when it is durable. Only then
    /// is <paramref name="message"/> handed to <see cref="PeerHandlers.Received"/>. The stream throws when the data is damaged or ends early:
    /// then nothing may remain. One at a time; a newer one cancels the older.
    /// </summary>
    Task ReceiveAsync(Message message, Stream data, CancellationToken cancel);
}
