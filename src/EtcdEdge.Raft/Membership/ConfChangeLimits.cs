namespace EtcdEdge.Raft.Membership;

/// <summary>The limits of Membership, each with its reason.</summary>
public static class ConfChangeLimits
{
    /// <summary>Changes in one configuration change: etcd sends one, joint consensus replaces at most a whole cluster twice this size.</summary>
    public const int ChangesPerConfChange = 64;
}
