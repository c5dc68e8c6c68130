namespace EtcdEdge.Server.Api.V3Rpc;

/// <summary>The limits of V3Rpc, each with its reason.</summary>
internal static class V3RpcLimits
{
    /// <summary>Bytes of a user's or a role's name: what a key of etcd's database file may have. etcd ends when it is given more.</summary>
    public const int NameBytesMax = 32_768;

    /// <summary>Bytes written before a flush waits for the client's window.</summary>
    public const int WatchFlushBytes = 128 * 1024;

    /// <summary>Keepalive answers collected before a flush: what fits one network packet or two.</summary>
    public const int KeepAlivesPerFlush = 64;

    /// <summary>Election timeouts without a leader before streams that require one end, as etcd (api/v3rpc/interceptor.go maxNoLeaderCnt).</summary>
    public const int LeaderlessElectionTimeoutsMax = 3;

    /// <summary>Up to how many keys a range is read on the thread that received it, in the order in which the calls came.</summary>
    public const int KeysOfShortRange = 100;
}
