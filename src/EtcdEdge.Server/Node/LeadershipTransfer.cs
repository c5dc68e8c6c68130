using System.Diagnostics;
using EtcdEdge.Base;
using EtcdEdge.Server.Logging;
using Microsoft.Extensions.Logging;

namespace EtcdEdge.Server.Node;

/// <summary>
/// Transfers the leadership before a leader stops, so that the other members need not wait for an election timeout. Clients are served meanwhile;
/// their writes wait for the next leader and are forwarded to it.
/// </summary>
/// <param name="node">This member.</param>
/// <param name="patience">An election timeout: Raft aborts a transfer after it, and the other members would have elected a leader by then.</param>
/// <param name="logger">Told in etcd's words (server/etcdserver/server.go).</param>
internal sealed class LeadershipTransfer(EtcdNode node, TimeSpan patience, ILogger logger)
{
    /// <summary>Returns when another member leads, no member accepts, or this member does not lead. Never throws.</summary>
    public async Task RunAsync()
    {
        if (!node.Status.IsLeader || node.Cluster.Members.Count(member => !member.IsLearner) == 1)
        {
            return;
        }

        var started = Stopwatch.GetTimestamp();
        var begun = node.BeginHandoverAsync();
        await Task.WhenAny(begun, Task.Delay(patience));
        if (!begun.IsCompletedSuccessfully || await begun is not (> 0 and var transferee))
        {
            logger.HandoverFailed(HexId.Of(node.MemberId), "etcdserver: unhealthy cluster");
            return;
        }

        logger.HandoverStarting(HexId.Of(node.MemberId), HexId.Of(transferee));
        if (!await node.IsLedAsync(leader => leader != node.MemberId, patience - Stopwatch.GetElapsedTime(started), CancellationToken.None))
        {
            logger.HandoverFailed(HexId.Of(node.MemberId), "etcdserver: request timed out, leader transfer took too long");
            return;
        }

        logger.HandoverFinished(HexId.Of(node.MemberId), HexId.Of(node.Status.Leader), Stopwatch.GetElapsedTime(started));
    }
}
