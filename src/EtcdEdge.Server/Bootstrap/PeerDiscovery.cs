using EtcdEdge.Configuration;
using EtcdEdge.Peers;
using EtcdEdge.Peers.Net;
using EtcdEdge.Peers.Tls;
using EtcdEdge.Server.Node;
using EtcdEdge.StateMachine.Cluster;
using Microsoft.Extensions.Logging;

namespace EtcdEdge.Server.Bootstrap;

/// <summary>
/// Finds the cluster again for a member whose data names nobody who is left: a joiner that restarted before the log had told it of the others, or one
/// that was away while all of them were replaced. Until it hears of a leader it asks the URLs of --initial-cluster who the members are, and dials
/// those. They let it in, or tell it that it was removed.
/// </summary>
/// <param name="node">This member's.</param>
/// <param name="peers">Dials who is found.</param>
/// <param name="options">--initial-cluster.</param>
/// <param name="tls">The peers' certificates, or null.</param>
/// <param name="logger">Told who was found.</param>
internal sealed class PeerDiscovery(EtcdNode node, PeerTransport peers, ServerOptions options, TlsContext? tls, ILogger logger)
{
    private readonly HashSet<ulong> _found = [];

    /// <summary>Returns when a leader is known; cancelled otherwise.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        var urls = ClusterJoin.UrlsOfOthers(options).ToArray();
        var knowsOthers = node.Cluster.Members.Any(member => member.Id != node.MemberId);
        for (var patience = knowsOthers ? BootstrapLimits.PeerSearchPause
            : TimeSpan.Zero; urls.Length > 0; patience = BootstrapLimits.PeerSearchPause)
        {
            await Task.Delay(patience, cancel);
            if (node.Status.Leader != 0)
            {
                return;
            }

            if (await RemoteCluster.AskAsync(urls, tls, BootstrapLimits.JoinerPatience, [], cancel) is { } cluster
                && cluster.ClusterId == node.ClusterId)
            {
                Dial(cluster.Members);
            }
        }
    }

    private void Dial(IEnumerable<Member> members)
    {
        foreach (var member in members.Where(member => member.Id != node.MemberId && node.Cluster.Find(member.Id) is null))
        {
            peers.AddRemote(member.Id, member.PeerUrls);
            if (_found.Add(member.Id))
            {
                logger.FoundByInitialCluster(member.Id.ToString("x"), member.PeerUrls);
            }
        }
    }
}
