namespace EtcdEdge.Server.Metrics;

/// <summary>A number that is computed at a scrape, from one consistent <see cref="Scrape"/>.</summary>
internal sealed class Gauge(Func<Scrape, double> read, string labels = "") : Instrument(labels)
{
    private byte[] _prefix = [];

    public override void Bind(string family) => _prefix = Prefix(family, Labels);

    public override void Render(PrometheusWriter writer, Scrape scrape) => writer.Line(_prefix, read(scrape));
}
