using System.Buffers;
using System.Collections.Immutable;
using EtcdEdge.StateMachine;
using EtcdEdge.StateMachine.Auth;
using EtcdEdge.StateMachine.Cluster;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Mvcc;
using EtcdEdge.StateMachine.Snapshot;

namespace EtcdEdge.Server.Node;

/// <summary>
/// What the services need of a node: the daemon's <see cref="EtcdNode"/>, or in tests one that refuses, stalls and loses its leader on command.
/// </summary>
public interface IEtcdNode
{
    /// <inheritdoc cref="EtcdNode.ClusterId"/>
    ulong ClusterId { get; }

    /// <inheritdoc cref="EtcdNode.MemberId"/>
    ulong MemberId { get; }

    /// <inheritdoc cref="EtcdNode.Root"/>
    MvccRoot Root { get; }

    /// <inheritdoc cref="EtcdNode.Status"/>
    NodeStatus Status { get; }

    /// <inheritdoc cref="EtcdNode.Cluster"/>
    ClusterView Cluster { get; }

    /// <inheritdoc cref="EtcdNode.Alarms"/>
    ImmutableArray<ActiveAlarm> Alarms { get; }

    /// <inheritdoc cref="EtcdNode.Auth"/>
    AuthView Auth { get; }

    /// <inheritdoc cref="EtcdNode.ProposeAsync"/>
    ValueTask<ApplyResult> ProposeAsync(RequestKind kind, ReadOnlySequence<byte> request, AuthInfo who, CancellationToken cancel);

    /// <inheritdoc cref="EtcdNode.ReadBarrierAsync"/>
    ValueTask<EtcdError> ReadBarrierAsync(CancellationToken cancel);

    /// <inheritdoc cref="EtcdNode.ReconfigureAsync"/>
    ValueTask<ApplyResult> ReconfigureAsync(MembershipChange change, CancellationToken cancel);

    /// <inheritdoc cref="EtcdNode.MoveLeaderAsync"/>
    ValueTask<EtcdError> MoveLeaderAsync(ulong target, TimeSpan patience, CancellationToken cancel);

    /// <inheritdoc cref="EtcdNode.CompactionRemovedAsync"/>
    ValueTask CompactionRemovedAsync(CancellationToken cancel);

    /// <inheritdoc cref="EtcdNode.CaptureAsync"/>
    ValueTask<StateSnapshot?> CaptureAsync(CancellationToken cancel);
}
