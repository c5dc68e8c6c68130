using System.Diagnostics;
using EtcdEdge.Api;
using EtcdEdge.Configuration;
using EtcdEdge.Server.Api.Rpc;
using EtcdEdge.Server.Auth;
using EtcdEdge.Server.Checkpoints;
using EtcdEdge.Server.Common;
using EtcdEdge.Server.Metrics;
using EtcdEdge.Server.Node;
using EtcdEdge.StateMachine.Cluster;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Mvcc;
using Grpc.Core;

namespace EtcdEdge.Server.Api.V3Rpc;

/// <summary>etcdserverpb.Maintenance: status, alarms, hashes, snapshots.</summary>
/// <param name="node">The node.</param>
/// <param name="access">The caller's rights: most calls need the root role.</param>
/// <param name="quotaBytes">--quota-backend-bytes, as Status shows it.</param>
/// <param name="transferPatience">How long a transfer of the leadership may take.</param>
/// <param name="snapshots">Serves Snapshot.</param>
/// <param name="defragmenter">Serves Defragment.</param>
internal sealed class MaintenanceService(
    IEtcdNode node, AccessControl access, long quotaBytes, TimeSpan transferPatience, SnapshotStreamer snapshots, IDefragmenter defragmenter)
        : IRpcService
{
    private const string Name = "etcdserverpb.Maintenance";
    private readonly ResponseHeaders _headers = new(node);
    private readonly DowngradeJob _downgrade = new(node, access);

    /// <summary>Told how long hashes take.</summary>
    public MvccMetrics? Metrics { get; init; }

    /// <summary>Receives how long defragmentations take.</summary>
    public DiskMetrics? Disk { get; init; }

    public void Bind(RpcBinder binder)
    {
        binder.Unary(Messages.Unary(Name, "Status", StatusRequest.Parser, StatusResponse.Parser), StatusAsync);
        binder.Unary(Messages.Unary(Name, "Alarm", AlarmRequest.Parser, AlarmResponse.Parser), AlarmAsync);
        binder.Unary(Messages.Unary(Name, "Defragment", DefragmentRequest.Parser, DefragmentResponse.Parser), DefragmentAsync);
        binder.Unary(Messages.Unary(Name, "Hash", HashRequest.Parser, HashResponse.Parser), HashAsync);
        binder.Unary(Messages.Unary(Name, "HashKV", HashKVRequest.Parser, HashKVResponse.Parser), HashKvAsync);
        binder.ServerStreaming(
            Messages.ServerStreaming(Name, "Snapshot", SnapshotRequest.Parser, SnapshotResponse.Parser),
            SnapshotAsync);
        binder.Unary(Messages.Unary(Name, "Downgrade", DowngradeRequest.Parser, DowngradeResponse.Parser), _downgrade.RunAsync);
        binder.Unary(Messages.Unary(Name, "MoveLeader", MoveLeaderRequest.Parser, MoveLeaderResponse.Parser), MoveLeaderAsync);
    }

    // Also without a leader and on a learner: operators need it when there is a problem.
    private async ValueTask<StatusResponse> StatusAsync(StatusRequest request, ServerCallContext context)
    {
        await access.RequireUserAsync(context);
        var (root, status, cluster) = (node.Root, node.Status, node.Cluster);
        var response = new StatusResponse
        {
            Header = _headers.MessageAt(root.Revision),
            Version = VersionText.Etcd,
            DbSize = root.SizeBytes,
            DbSizeInUse = root.SizeInUseBytes,
            DbSizeQuota = quotaBytes,
            Leader = status.Leader,
            RaftIndex = status.CommittedIndex,
            RaftTerm = status.Term,
            RaftAppliedIndex = status.AppliedIndex,
            IsLearner = status.IsLearner,
            StorageVersion = cluster.Version.Length == 0 ? "" : VersionText.Cluster,
            DowngradeInfo = new DowngradeInfo { Enabled = cluster.DowngradeTarget.Length > 0, TargetVersion = cluster.DowngradeTarget },
        };
        if (status.Leader == 0)
        {
            response.Errors.Add(EtcdStatus.Of(EtcdError.NoLeader).Detail);
        }

        response.Errors.Add(node.Alarms.Select(Describe));
        return response;
    }

    private async ValueTask<AlarmResponse> AlarmAsync(AlarmRequest request, ServerCallContext context)
    {
        if (request.Action == AlarmRequest.Types.AlarmAction.Get)
        {
            await access.RequireUserAsync(context);
        }
        else
        {
            await access.RequireAdminAsync(context);
        }

        var result = await access.ProposeAsync(RequestKind.Alarm, request, context);
        var response = ((AlarmResponse)result.Response!).Clone();
        response.Header = _headers.MessageAt(result.Revision);
        return response;
    }

    private async Task SnapshotAsync(SnapshotRequest request, IServerStreamWriter<SnapshotResponse> responses, ServerCallContext context)
    {
        await access.RequireAdminAsync(context);
        await snapshots.RunAsync(responses, context.CancellationToken);
    }

    // Only this call waits for the new checkpoint file. As in etcd, the response has no header.
    private async ValueTask<DefragmentResponse> DefragmentAsync(DefragmentRequest request, ServerCallContext context)
    {
        await access.RequireAdminAsync(context);
        var started = Stopwatch.GetTimestamp();
        if (await defragmenter.DefragmentAsync() is { } failure)
        {
            throw new RpcException(new Status(StatusCode.Unknown, failure));
        }

        Disk?.Defragmented(Stopwatch.GetElapsedTime(started));
        return new DefragmentResponse();
    }

    // etcd hashes its database file, which is only comparable with itself; here it is the hash of the key space.
    private async ValueTask<HashResponse> HashAsync(HashRequest request, ServerCallContext context)
    {
        await access.RequireAdminAsync(context);
        var root = node.Root;
        var started = Stopwatch.GetTimestamp();
        var hash = HashOf(root, 0).Hash;
        Metrics?.Hashed(Stopwatch.GetElapsedTime(started));
        return new HashResponse { Header = _headers.MessageAt(root.Revision), Hash = hash };
    }

    private async ValueTask<HashKVResponse> HashKvAsync(HashKVRequest request, ServerCallContext context)
    {
        await access.RequireAdminAsync(context);
        var root = node.Root;
        var started = Stopwatch.GetTimestamp();
        var hash = HashOf(root, request.Revision);
        Metrics?.HashedByRevision(Stopwatch.GetElapsedTime(started));
        return new HashKVResponse
        {
            Header = _headers.MessageAt(root.Revision),
            Hash = hash.Hash,
            CompactRevision = hash.CompactRevision,
            HashRevision = hash.Revision,
        };
    }

    private static KvHash HashOf(MvccRoot root, long revision)
    {
        EtcdStatus.ThrowIfRefused(root.HashKv(revision, out var hash));
        return hash;
    }

    // Itself is no change (etcd server/etcdserver/server.go, MoveLeader).
    private async ValueTask<MoveLeaderResponse> MoveLeaderAsync(MoveLeaderRequest request, ServerCallContext context)
    {
        await access.RequireAdminAsync(context);
        EtcdStatus.ThrowIfRefused(await node.MoveLeaderAsync(request.TargetID, transferPatience, context.CancellationToken));
        return new MoveLeaderResponse();
    }

    // The text of the message in Go's compact text format, its trailing space included.
    private static string Describe(ActiveAlarm alarm) => $"memberID:{alarm.MemberId} alarm:{alarm.Type.ToString().ToUpperInvariant()} ";
}
