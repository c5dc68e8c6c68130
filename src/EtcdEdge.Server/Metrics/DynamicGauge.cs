namespace EtcdEdge.Server.Metrics;

/// <summary>Gauges whose labels are known only at the scrape: ids, versions, alarms. Nothing is printed when there are none.</summary>
internal sealed class DynamicGauge(Func<Scrape, IEnumerable<(string Labels, double Value)>> read) : Instrument("")
{
    private string _family = "";

    public override void Bind(string family) => _family = family;

    public override void Render(PrometheusWriter writer, Scrape scrape)
    {
        foreach (var (labels, value) in read(scrape))
        {
            writer.Line(Prefix(_family, labels), value);
        }
    }
}
