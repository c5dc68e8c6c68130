using System.Globalization;

namespace EtcdEdge.Server.Metrics;

/// <summary>
/// Observations in buckets. Each bucket counts only its own; the running totals Prometheus wants are summed when it scrapes, so observing
/// touches one bucket and the sum. A scrape that meets an observation may see it in the bucket and not yet in the sum, never a count that
/// differs from its buckets.
/// </summary>
internal sealed class Histogram : Instrument
{
    private readonly double[] _bounds;
    private readonly long[] _counts;
    private readonly bool _hiddenWhileEmpty;
    private byte[][] _bucketPrefixes = [];
    private byte[] _sumPrefix = [];
    private byte[] _countPrefix = [];
    private long _sumBits;

    /// <summary>Makes a histogram; one that is hidden while empty appears with its first observation, as a labelled one of etcd's does.</summary>
    public Histogram(Buckets buckets, string labels = "", bool hiddenWhileEmpty = false)
        : base(labels)
    {
        _bounds = buckets.Bounds;
        _counts = new long[_bounds.Length + 1];
        _hiddenWhileEmpty = hiddenWhileEmpty;
    }

    public void Observe(TimeSpan duration) => Observe(duration.TotalSeconds);

    public void Observe(double value)
    {
        var bucket = 0;
        while (bucket < _bounds.Length && value > _bounds[bucket])
        {
            bucket++;
        }

        Interlocked.Increment(ref _counts[bucket]);
        AddToSum(value);
    }

    public override void Bind(string family)
    {
        var labels = Labels.Length == 0 ? "" : Labels + ",";
        _bucketPrefixes = [.. _bounds.Select(GoNumber.Format).Append("+Inf")
            .Select(bound => Prefix(family + "_bucket", string.Create(CultureInfo.InvariantCulture, $"{labels}le=\"{bound}\"")))];
        _sumPrefix = Prefix(family + "_sum", Labels);
        _countPrefix = Prefix(family + "_count", Labels);
    }

    public override void Render(PrometheusWriter writer, Scrape scrape)
    {
        if (_hiddenWhileEmpty && Array.TrueForAll(_counts, count => count == 0))
        {
            return;
        }

        var sum = BitConverter.Int64BitsToDouble(Interlocked.Read(ref _sumBits));
        var total = 0L;
        for (var bucket = 0; bucket < _counts.Length; bucket++)
        {
            total += Interlocked.Read(ref _counts[bucket]);
            writer.Line(_bucketPrefixes[bucket], total);
        }

        writer.Line(_sumPrefix, sum);
        writer.Line(_countPrefix, total);
    }

    private void AddToSum(double value)
    {
        var before = Interlocked.Read(ref _sumBits);
        while (true)
        {
            var after = BitConverter.DoubleToInt64Bits(BitConverter.Int64BitsToDouble(before) + value);
            var seen = Interlocked.CompareExchange(ref _sumBits, after, before);
            if (seen == before)
            {
                return;
            }

            before = seen;
        }
    }
}
