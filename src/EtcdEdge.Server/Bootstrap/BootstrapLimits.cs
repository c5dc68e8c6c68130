namespace EtcdEdge.Server.Bootstrap;

/// <summary>The limits of Bootstrap, each with its reason.</summary>
internal static class BootstrapLimits
{
    /// <summary>Log segments that must still fit on the disk: one that is being prepared, and one for requests that free space.</summary>
    public const int FreeSpaceSegments = 2;

    /// <summary>A flush that takes longer is logged (etcd server/storage/wal, warnSyncDuration).</summary>
    public static readonly TimeSpan SlowFdatasync = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long a founding member waits for each other member to report an existing cluster: all start together, so most are not up yet.
    /// </summary>
    public static readonly TimeSpan FounderPatience = TimeSpan.FromSeconds(1);

    /// <summary>How long a joiner waits for each member of the cluster to describe it: boards answer slowly while they start.</summary>
    public static readonly TimeSpan JoinerPatience = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Interval at which a member without a leader asks the members of --initial-cluster for the membership: several elections long, so that a
    /// starting cluster does not do it.
    /// </summary>
    public static readonly TimeSpan PeerSearchPause = TimeSpan.FromSeconds(5);

    /// <summary>How long a member that lost its state waits for one: boards that lost power together start within seconds of each other.</summary>
    public static readonly TimeSpan RebuildPatience = TimeSpan.FromSeconds(30);

    /// <summary>Interval of its requests.</summary>
    public static readonly TimeSpan RebuildPause = TimeSpan.FromMilliseconds(250);

    /// <summary>Largest list of members that is read: a hundred times seven members.</summary>
    public const int RemoteMembersBytes = 1 << 20;
}
