using System.Buffers;
using System.Collections.Immutable;
using EtcdEdge.StateMachine;
using EtcdEdge.StateMachine.Cluster;
using EtcdEdge.StateMachine.Mvcc;

namespace EtcdEdge.Server.Node;

/// <summary>
/// The node as every service sees it: writes are proposed and awaited, reads run on the published root. All members may be called from
/// any thread; none blocks.
/// </summary>
public sealed class EtcdNode : IEtcdNode
{
    /// <summary>The cluster's id, as etcd computes it.</summary>
    public ulong ClusterId { get; }

    /// <summary>This member's id, as etcd computes it.</summary>
    public ulong MemberId { get; }

    /// <summary>The newest published state of the store.</summary>
    public MvccRoot Root => throw new NotImplementedException();

    /// <summary>The newest published view of the node itself.</summary>
    public NodeStatus Status => throw new NotImplementedException();

    /// <summary>The members and the cluster version, as of the newest applied entry.</summary>
    public ClusterView Cluster => throw new NotImplementedException();

    /// <summary>The raised alarms, as of the newest applied entry.</summary>
    public ImmutableArray<ActiveAlarm> Alarms => throw new NotImplementedException();

    /// <summary>
    /// Sends a request through the log. Completes once it is durable on a quorum and applied here, or refused. <paramref name="request"/>
    /// is the client's protobuf message; it is copied once, into the log entry, before this returns.
    /// </summary>
    public ValueTask<ApplyResult> ProposeAsync(RequestKind kind, ReadOnlySequence<byte> request, CancellationToken cancel) =>
        throw new NotImplementedException();

    /// <summary>Completes with None when <see cref="Root"/> holds everything that was acknowledged to anybody before this call (ReadIndex, thesis §6.4).</summary>
    public ValueTask<EtcdError> ReadBarrierAsync(CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Completes when everything that applied compactions took away has left the memory.</summary>
    public ValueTask CompactionRemovedAsync(CancellationToken cancel) => throw new NotImplementedException();
}
