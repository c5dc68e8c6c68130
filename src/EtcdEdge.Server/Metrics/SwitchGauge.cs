namespace EtcdEdge.Server.Metrics;

/// <summary>A number somebody sets, printed from the first time on.</summary>
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
