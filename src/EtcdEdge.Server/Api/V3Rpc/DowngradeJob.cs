using System.Globalization;
using EtcdEdge.Api;
using EtcdEdge.Api.Membership;
using EtcdEdge.Server.Api.Rpc;
using EtcdEdge.Server.Auth;
using EtcdEdge.Server.Common;
using EtcdEdge.Server.Node;
using EtcdEdge.StateMachine.Model;
using Grpc.Core;

namespace EtcdEdge.Server.Api.V3Rpc;

/// <summary>
/// Serves Maintenance.Downgrade: validates a downgrade by one minor version, and records it in the cluster, where Status and Snapshot show it (etcd
/// server/etcdserver/version/version.go). The downgrade itself is done with etcd's binary and a snapshot: this binary has one version.
/// </summary>
internal sealed class DowngradeJob(IEtcdNode node, AccessControl access)
{
    private readonly ResponseHeaders _headers = new(node);

    public async ValueTask<DowngradeResponse> RunAsync(DowngradeRequest request, ServerCallContext call)
    {
        await access.RequireAdminAsync(call);
        switch (request.Action)
        {
            case DowngradeRequest.Types.DowngradeAction.Validate:
                await ValidateAsync(request.Version, call);
                break;
            case DowngradeRequest.Types.DowngradeAction.Enable:
                var target = await ValidateAsync(request.Version, call);
                await access.ProposeAsync(RequestKind.DowngradeInfoSet, new DowngradeInfoSetRequest { Enabled = true, Ver = target }, call);
                break;
            case DowngradeRequest.Types.DowngradeAction.Cancel:
                await CancelAsync(call);
                break;
            default:
                throw new RpcException(new Status(StatusCode.Unknown, "etcdserver: unknown method"));
        }

        return new DowngradeResponse { Header = _headers.MessageNow(), Version = MinorOf(node.Cluster.Version) };
    }

    // As etcd 3.6, a cancel without a job is no error: v3_server.go, downgradeCancel, only logs it.
    private async ValueTask CancelAsync(ServerCallContext call)
    {
        EtcdStatus.ThrowIfRefused(await node.ReadBarrierAsync(call.CancellationToken));
        if (node.Cluster.DowngradeTarget.Length > 0)
        {
            await access.ProposeAsync(RequestKind.DowngradeInfoSet, new DowngradeInfoSetRequest(), call);
        }
    }

    /// <summary>The target as a cluster version, "3.5.0".</summary>
    private async ValueTask<string> ValidateAsync(string version, ServerCallContext call)
    {
        if (!TryParse(version, out var target))
        {
            throw EtcdStatus.Refuse(EtcdError.WrongDowngradeVersionFormat);
        }

        EtcdStatus.ThrowIfRefused(await node.ReadBarrierAsync(call.CancellationToken));
        if (!TryParse(node.Cluster.Version, out var current))
        {
            throw EtcdStatus.Refuse(EtcdError.ClusterVersionUnavailable);
        }

        if (target != (current.Major, current.Minor - 1))
        {
            throw EtcdStatus.Refuse(EtcdError.InvalidDowngradeTargetVersion);
        }

        EtcdStatus.ThrowIfRefused(node.Cluster.DowngradeTarget.Length > 0 ? EtcdError.DowngradeInProcess : EtcdError.None);
        return string.Create(CultureInfo.InvariantCulture, $"{target.Major}.{target.Minor}.0");
    }

    /// <summary>"3.5" or "3.5.7", with what semantic versions may have behind it; the patch does not matter.</summary>
    private static bool TryParse(string text, out (long Major, long Minor) version)
    {
        version = default;
        var parts = text.Split(['-', '+'], 2)[0].Split('.');
        if (parts.Length is not (2 or 3))
        {
            return false;
        }

        Span<long> numbers = stackalloc long[3];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!long.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]))
            {
                return false;
            }
        }

        version = (numbers[0], numbers[1]);
        return true;
    }

    private static string MinorOf(string version) => version.Length == 0 ? "" : version[..version.LastIndexOf('.')];
}
