namespace EtcdEdge.Server.Metrics;

/// <summary>A whole number that only grows. Adding is one interlocked instruction.</summary>
internal sealed class Counter(string labels = "") : Instrument(labels)
{
    private byte[] _prefix = [];
    private long _value;

    public long Value => Interlocked.Read(ref _value);

    public void Increment() => Interlocked.Increment(ref _value);

    public void Add(long amount) => Interlocked.Add(ref _value, amount);

    public override void Bind(string family) => _prefix = Prefix(family, Labels);

    public override void Render(PrometheusWriter writer, Scrape scrape) => writer.Line(_prefix, Value);
}
