using EtcdEdge.Configuration;
using EtcdEdge.Server.Metrics;
using EtcdEdge.Server.Node;
using EtcdEdge.Server.Watch;
using EtcdEdge.Snapshots.State;

namespace EtcdEdge.Server;

/// <summary>Reads the node for a scrape of /metrics.</summary>
internal sealed class NodeGauges(EtcdNode node, StateMachineParts state, WatchDispatcher watch, ElectionTiming timing, ServerOptions options)
{
    public NodeReadings Read()
    {
        var (status, root) = (node.Status, node.Root);
        return WithTotals(new NodeReadings
        {
            MemberId = node.MemberId,
            HasLeader = status.Leader != 0,
            IsLeader = status.IsLeader,
            IsLearner = status.IsLearner,
            ElectionTimeoutSeconds = timing.Current.TotalSeconds,
            LeaderChanges = status.LeaderChanges,
            CommittedIndex = status.CommittedIndex,
            AppliedIndex = status.AppliedIndex,
            PendingProposals = node.PendingProposals,
            CurrentRevision = root.Revision,
            CompactRevision = root.CompactRevision,
            Keys = root.KeyCount,
            DbTotalBytes = root.SizeBytes,
            DbInUseBytes = root.SizeInUseBytes,
            QuotaBytes = options.Requests.QuotaBackendBytes,
            WatchStreams = watch.StreamCount,
            Watchers = watch.WatcherCount,
            SlowWatchers = watch.SlowWatcherCount,
            PendingEvents = watch.PendingEvents,
            AuthRevision = node.Auth.Revision,
            FailedProposals = status.FailedProposals,
            FailedReads = status.FailedReads,
            Alarms = [.. node.Alarms.Select(alarm => (alarm.MemberId, alarm.Type.ToString().ToUpperInvariant()))],
            ClusterVersion = node.Cluster.Version.Length == 0 ? "" : node.Cluster.Version[..node.Cluster.Version.LastIndexOf('.')],
        });
    }

    private NodeReadings WithTotals(NodeReadings readings) => readings with
    {
        Ranges = state.Store.Totals.Ranges,
        Puts = state.Store.Totals.Puts,
        PutBytes = state.Store.Totals.PutBytes,
        Deletes = state.Store.Totals.Deletes,
        Txns = state.Store.Totals.Txns,
        CompactedRecords = state.Store.Totals.CompactedRecords,
        EventsSent = watch.EventsSent,
        LeasesGranted = state.Lessor.GrantedTotal,
        LeasesRevoked = state.Lessor.RevokedTotal,
        LeasesRenewed = state.Lessor.RenewedTotal,
        LeasesExpired = state.Lessor.ExpiredTotal,
    };
}
