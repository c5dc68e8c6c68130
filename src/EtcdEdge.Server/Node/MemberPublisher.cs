using System.Buffers;
using EtcdEdge.Api.Membership;
using EtcdEdge.Base;
using EtcdEdge.Configuration;
using EtcdEdge.Server.Logging;
using EtcdEdge.StateMachine.Model;
using Google.Protobuf;
using Microsoft.Extensions.Logging;

namespace EtcdEdge.Server.Node;

/// <summary>
/// Tells the cluster, through the log, this member's name and client URLs, and, when nobody has yet, the cluster's version. Repeats until the
/// log has taken it, as etcd does: until then clients cannot find the member.
/// </summary>
internal sealed class MemberPublisher(EtcdNode node, ServerOptions options, ILogger logger)
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(20);

    public async Task PublishAsync(CancellationToken cancel)
    {
        string[] clientUrls = [.. options.Cluster.AdvertiseClientUrls.Select(url => url.ToString())];
        if (!IsKnown(clientUrls))
        {
            await InsistAsync(RequestKind.ClusterMemberAttrSet, new ClusterMemberAttrSetRequest
            {
                MemberID = node.MemberId,
                MemberAttributes = new Attributes { Name = options.Name, ClientUrls = { clientUrls } },
            }, cancel);
        }
        else
        {
            await LeaderAsync(cancel);
        }

        logger.Published(HexId.Of(node.MemberId), HexId.Of(node.ClusterId), clientUrls);
        await SettleVersionAsync(cancel);
    }

    /// <summary>The leader says which version all can speak (etcd server/etcdserver/server.go, monitorVersions); the others hear it.</summary>
    private async Task SettleVersionAsync(CancellationToken cancel)
    {
        while (node.Cluster.Version.Length == 0)
        {
            if (node.Status.IsLeader)
            {
                await InsistAsync(RequestKind.ClusterVersionSet, new ClusterVersionSetRequest { Ver = VersionText.Cluster }, cancel);
            }

            await Task.Delay(_pause, cancel);
        }
    }

    // A restart that changes nothing writes nothing: on a card every flush counts.
    private bool IsKnown(string[] clientUrls) =>
        node.Cluster.Find(node.MemberId) is { } self && self.Name == options.Name && self.ClientUrls.AsSpan().SequenceEqual(clientUrls);

    private async Task InsistAsync(RequestKind kind, IMessage request, CancellationToken cancel)
    {
        var bytes = new ReadOnlySequence<byte>(request.ToByteArray());
        while ((await node.ProposeAsServerAsync(kind, bytes, cancel)).Error != EtcdError.None)
        {
            await Task.Delay(_pause, cancel);
        }
    }

    private async Task LeaderAsync(CancellationToken cancel)
    {
        while (await node.ReadBarrierAsync(cancel).AsTask().WaitAsync(cancel) != EtcdError.None)
        {
            await Task.Delay(_pause, cancel);
        }
    }
}
