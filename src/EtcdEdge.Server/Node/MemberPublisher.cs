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
/// Publishes this member's name and client URLs through the log and, when no member has done so yet, the cluster version. Repeats until the entry is
/// applied, as etcd does, because clients cannot find the member before.
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

    /// <summary>
    /// The leader decides the version that all members support (etcd server/etcdserver/server.go, monitorVersions); the others apply it.
    /// </summary>
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

    // A restart without changes writes nothing, because every flush wears the disk.
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
