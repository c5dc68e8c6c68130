namespace EtcdEdge.Configuration;

public sealed partial record ServerOptions
{
    /// <summary>
    /// Everything that keeps these options from being served, one line each, in etcd's words where etcd has them
    /// (server/embed/config.go Validate). Empty if the server can start.
    /// </summary>
    /// <param name="hasMember">The data directory has a member: the options of the founding are not checked, as in etcd.</param>
    public IReadOnlyList<string> Validate(bool hasMember) =>
    [
        .. ComplaintsAboutUrls(),
        .. ComplaintsAboutTiming(),
        .. Name.Length == 0 ? ["--name must not be empty"] : Array.Empty<string>(),
        .. hasMember ? [] : ComplaintsAboutFounding(),
        .. ComplaintsAboutSizes(),
        .. ComplaintsAboutTls(),
        .. ComplaintsAboutLogs(),
        .. TlsCheck.Complaints(this),
    ];

    private IEnumerable<string> ComplaintsAboutUrls()
    {
        foreach (var url in Listen.PeerUrls.Concat(Listen.ClientUrls).Concat(Listen.ClientHttpUrls).Concat(Listen.MetricsUrls))
        {
            if (!url.IsBindable)
            {
                yield return $"expected IP in URL for binding ({url})";
            }
        }

        if (Cluster.AdvertisePeerUrls.FirstOrDefault(url => url.Host.Length == 0) is { } peer)
        {
            yield return $"--initial-advertise-peer-urls \"{UrlList.Format(Cluster.AdvertisePeerUrls)}\" must be \"host:port\" "
                + $"(unexpected empty host ({peer}))";
        }

        if (Cluster.AdvertiseClientUrls.FirstOrDefault(url => url.Host.Length == 0) is { } client)
        {
            yield return $"--advertise-client-urls \"{UrlList.Format(Cluster.AdvertiseClientUrls)}\" must be in the format \"host:port\", "
                + $"\"unix:/path/to/socket\" or \"unixs:/path/to/socket\" (unexpected empty host ({client}))";
        }

        if (Listen.ClientUrls.Count > 0 && Cluster.AdvertiseClientUrls.Count == 0)
        {
            yield return "--advertise-client-urls is required when --listen-client-urls is set explicitly";
        }

        if (Listen.ClientUrls.Count == 0)
        {
            yield return "--listen-client-urls must not be empty";
        }
    }

    private IEnumerable<string> ComplaintsAboutTiming()
    {
        var heartbeat = (long)Raft.HeartbeatInterval.TotalMilliseconds;
        var election = (long)Raft.ElectionTimeout.TotalMilliseconds;
        if (heartbeat <= 0)
        {
            yield return $"--heartbeat-interval must be >0 (set to {heartbeat}ms)";
        }

        if (election <= 0)
        {
            yield return $"--election-timeout must be >0 (set to {election}ms)";
        }

        if (ConfigurationLimits.HeartbeatsPerElection * heartbeat > election)
        {
            yield return $"--election-timeout[{election}ms] should be at least as 5 times as --heartbeat-interval[{heartbeat}ms]";
        }

        if (election > ConfigurationLimits.MaxElectionMilliseconds)
        {
            yield return $"--election-timeout[{election}ms] is too long, and should be set less than {ConfigurationLimits.MaxElectionMilliseconds}ms";
        }

        if (Corruption.CompactHashInterval <= TimeSpan.Zero)
        {
            yield return "--compact-hash-check-time must be >0 (set to 0s)";
        }

        if (Corruption.CheckInterval < TimeSpan.Zero)
        {
            yield return "--corrupt-check-time must be >=0; 0s switches the check off";
        }
    }

    /// <summary>Checked against the flags alone: names are compared as written, not resolved as etcd does (netutil.URLStringsEqual).</summary>
    public IEnumerable<string> ComplaintsAboutFounding()
    {
        if (Cluster.InitialMembers.Count == 0)
        {
            yield break;
        }

        var urls = Cluster.InitialMembers.SelectMany(member => member.PeerUrls).ToArray();
        if (urls.Distinct().Count() != urls.Length)
        {
            yield return $"initial cluster {InitialCluster.Format(Cluster.InitialMembers)} has duplicate url; each member in --initial-cluster "
                + $"needs a peer URL of its own";
        }

        if (Cluster.InitialMembers.FirstOrDefault(member => member.Name == Name) is not { } self)
        {
            yield return $"couldn't find local name \"{Name}\" in the initial cluster configuration; --name must be one of the names in "
                + $"--initial-cluster";
        }
        else if (self.PeerUrls.Except(Cluster.AdvertisePeerUrls).ToArray() is { Length: > 0 } unadvertised)
        {
            yield return $"--initial-cluster has {InitialCluster.Format([new(Name, unadvertised)])} but missing from "
                + $"--initial-advertise-peer-urls={UrlList.Format(Cluster.AdvertisePeerUrls)}";
        }
        else if (Cluster.AdvertisePeerUrls.Except(self.PeerUrls).ToArray() is { Length: > 0 } unlisted)
        {
            yield return $"--initial-advertise-peer-urls has {UrlList.Format(unlisted)} but missing from "
                + $"--initial-cluster={InitialCluster.Format([self])}";
        }
    }

    private IEnumerable<string> ComplaintsAboutSizes()
    {
        if (Requests.MaxRequestBytes is <= 0 or > ConfigurationLimits.MaxRequestBytes)
        {
            yield return $"--max-request-bytes must be between 1 and {ConfigurationLimits.MaxRequestBytes} (set to {Requests.MaxRequestBytes})";
        }

        if (Requests.MaxTxnOps <= 0)
        {
            yield return $"--max-txn-ops must be >0 (set to {Requests.MaxTxnOps})";
        }

        if (Compaction.BatchLimit <= 0)
        {
            yield return $"--compaction-batch-limit must be >0 (set to {Compaction.BatchLimit})";
        }

        if (Wal.PageBytes is < ConfigurationLimits.DefaultWalPageBytes or > ConfigurationLimits.MaxWalPageBytes || !int.IsPow2(Wal.PageBytes))
        {
            yield return $"--wal-page-bytes must be 4096, 8192 or 16384 (set to {Wal.PageBytes})";
        }

        if (Wal.SegmentBytes is < ConfigurationLimits.MinWalSegmentBytes or > ConfigurationLimits.MaxWalSegmentBytes
            || Wal.SegmentBytes % (1 << 20) != 0)
        {
            yield return $"--wal-segment-bytes must be a multiple of 1048576 between {ConfigurationLimits.MinWalSegmentBytes} and "
                + $"{ConfigurationLimits.MaxWalSegmentBytes} (set to {Wal.SegmentBytes})";
        }
    }

    private IEnumerable<string> ComplaintsAboutTls()
    {
        if (TlsPolicy.MaxVersion != 0 && TlsPolicy.MinVersion > TlsPolicy.MaxVersion)
        {
            yield return $"min version ({TlsPolicy.MinVersion}) is greater than max version ({TlsPolicy.MaxVersion})";
        }

        if (TlsPolicy.MinVersion == System.Security.Authentication.SslProtocols.Tls13 && TlsPolicy.CipherSuites.Count > 0)
        {
            yield return "cipher suites cannot be configured when only TLS1.3 is enabled";
        }

        if (FeatureGates.IsEnabled("LeaseCheckpointPersist") && !FeatureGates.IsEnabled("LeaseCheckpoint"))
        {
            yield return "enabling feature gate LeaseCheckpointPersist requires enabling feature gate LeaseCheckpoint";
        }
    }

    private IEnumerable<string> ComplaintsAboutLogs()
    {
        if (Log.Outputs.Count > 1 && Log.Outputs.Contains("default"))
        {
            yield return "multi logoutput for \"default\" is not supported yet";
        }

        if (Log.Outputs.Count > 1 && Log.Outputs.Contains("systemd/journal"))
        {
            yield return "running with systemd/journal but other '--log-outputs' values are configured; leave only one";
        }
    }
}
