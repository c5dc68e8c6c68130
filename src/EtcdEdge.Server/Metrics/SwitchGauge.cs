namespace EtcdEdge.Server.Metrics;

/// <summary>A number that is set explicitly, printed once it was set.</summary>
internal sealed class SwitchGauge(string labels) : Instrument(labels)
{
    private const long Unset = long.MinValue;

    private byte[] _prefix = [];
    private long _value = Unset;

    public void Set(long value) => Interlocked.Exchange(ref _value, value);

    public override void Bind(string family) => _prefix = Prefix(family, Labels);

    public override void Render(PrometheusWriter writer, Scrape scrape)
    {
        if (Interlocked.Read(ref _value) is var value && value != Unset)
        {
            writer.Line(_prefix, value);
        }
    }
}
