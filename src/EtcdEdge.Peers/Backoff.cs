namespace EtcdEdge.Peers;

/// <summary>
/// Pauses between attempts: doubled up to a bound, each drawn from its upper half so that members that lost each other at once do not dial
/// at once.
/// </summary>
public sealed class Backoff(TimeSpan min, TimeSpan max, Random random)
{
    private TimeSpan _last;

    /// <summary>After a success.</summary>
    public void Reset() => _last = TimeSpan.Zero;

    /// <summary>The pause to make now.</summary>
    public TimeSpan Next()
    {
        _last = _last == TimeSpan.Zero ? min : _last * 2 < max ? _last * 2 : max;
        return _last * (0.5 + random.NextDouble() / 2);
    }
}
