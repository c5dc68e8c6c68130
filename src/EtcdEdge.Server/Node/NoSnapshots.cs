using EtcdEdge.Raft;
using EtcdEdge.Server.Peers;

namespace EtcdEdge.Server.Node;

/// <summary>Members catch up by the log alone until a state can be written to a stream; one that lags further behind is told in the log.</summary>
internal sealed class NoSnapshots : ISnapshotSource, ISnapshotSink
{
    private const string Reason = "snapshots between members are not in this release; remove the member that lags and add it anew, "
        + "with --snapshot-catchup-entries large enough on all";

    public Func<Stream, CancellationToken, Task> Capture(Message message) => (_, _) => throw new IOException(Reason);

    public Task ReceiveAsync(Message message, Stream data, CancellationToken cancel) => throw new IOException(Reason);
}
