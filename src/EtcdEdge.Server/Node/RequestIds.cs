namespace EtcdEdge.Server.Node;

/// <summary>
/// Numbers for requests, unique among all members and over restarts as far as chance allows (etcd pkg/idutil): an entry of an earlier life that
/// commits late must not answer a newer request. The start is random, not a time: a board may boot in 1970 every day.
/// </summary>
internal sealed class RequestIds(ulong memberId, ulong random)
{
    private long _next = (long)((memberId << 48) | (random >> 16));

    /// <summary>Any thread; never 0.</summary>
    public ulong Next()
    {
        var id = (ulong)Interlocked.Increment(ref _next);
        return id == 0 ? Next() : id;
    }
}
