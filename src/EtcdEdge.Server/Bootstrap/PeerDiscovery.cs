using EtcdEdge.Configuration;
using EtcdEdge.Peers;
using EtcdEdge.Peers.Net;
using EtcdEdge.Peers.Tls;
using EtcdEdge.Server.Node;
using EtcdEdge.StateMachine.Cluster;
using Microsoft.Extensions.Logging;

namespace EtcdEdge.Server.Bootstrap;

/// <summary>
/// Finds the cluster for a member whose data names no remaining member: a joiner that restarted before its log contained the others, or a member that
/// was away while all others were replaced. While it has no leader it asks the URLs of --initial-cluster for the membership and dials the members.
/// They accept it, or report that it was removed.
/// </summary>
/// <param name="node">This member.</param>
/// <param name="peers">Dials the members that are found.</param>
/// <param name="options">--initial-cluster.</param>
/// <param name="tls">The peers' certificates, or null.</param>
/// <param name="logger">Receives the members that are found.</param>
internal sealed class PeerDiscovery(EtcdNode node, PeerTransport peers, ServerOptions options, TlsContext? tls, ILogger logger)
{
    private readonly HashSet<ulong> _found = [];

    /// <summary>Returns once there is a leader; cancelled otherwise.</summary>
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
