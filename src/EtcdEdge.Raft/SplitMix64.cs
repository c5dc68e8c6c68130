namespace EtcdEdge.Raft;

/// <summary>
/// A small seeded generator (Steele, Lea, Flood 2014) for the jitter of election timeouts, so that a seed replays a whole cluster.
/// Not for secrets.
/// </summary>
internal struct SplitMix64(ulong seed)
{
    private ulong _state = seed;

    /// <summary>The next 64 bits.</summary>
    public ulong Next()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A number in [0, <paramref name="bound"/>). The bias of the modulo is below 2^-32 for tick counts.</summary>
    public int Below(int bound) => (int)(Next() % (ulong)bound);
}
