using EtcdEdge.Configuration;
using EtcdEdge.Server.Bootstrap;
using EtcdEdge.Server.Node;

namespace EtcdEdge.Server;

/// <summary>
/// What services need of the node before it runs: its input queue, its waiting requests and reads, and the <see cref="EtcdNode"/> over them.
/// <see cref="NodeRuntime"/> adds the loop, the disk and the peers.
/// </summary>
internal sealed class NodeCore
{
    /// <param name="store">The member's opened data directory.</param>
    /// <param name="options">Timing and limits.</param>
    /// <param name="time">The monotonic clock.</param>
    /// <param name="failed">Called with the reason when the node cannot continue and the process has to end.</param>
    public NodeCore(MemberStore store, ServerOptions options, TimeProvider time, Action<Exception> failed)
    {
        Failed = failed;
        Driver = new NodeDriver(new Ticker(time, options.Raft.HeartbeatInterval), failed);
        var timeoutMs = (long)options.Raft.RequestTimeout.TotalMilliseconds;
        Pending = new PendingRequests(timeoutMs);
        Ids = new RequestIds(store.Identity.MemberId, (ulong)Random.Shared.NextInt64());
        Reads = new LinearizableReads(timeoutMs, (ulong)Random.Shared.NextInt64());
        Node = new EtcdNode(store.Identity, Driver.Post, Pending, Reads, store.State, Ids, options.Requests.MaxRequestBytes);
    }

    public Action<Exception> Failed { get; }

    public NodeDriver Driver { get; }

    public PendingRequests Pending { get; }

    public RequestIds Ids { get; }

    public LinearizableReads Reads { get; }

    public EtcdNode Node { get; }
}
