using System.Text;

namespace EtcdEdge.Server.Metrics;

/// <summary>One metric name with its help, type and instruments.</summary>
internal sealed class MetricFamily
{
    private readonly byte[] _header;
    private readonly List<Instrument> _instruments = [];

    public MetricFamily(string name, MetricType type, string help)
    {
        Name = name;
        Type = type;
        var kind = type switch { MetricType.Counter => "counter", MetricType.Gauge => "gauge", _ => "histogram" };
        _header = Encoding.UTF8.GetBytes($"# HELP {name} {PrometheusText.EscapeHelp(help)}\n# TYPE {name} {kind}\n");
    }

    public string Name { get; }

    public MetricType Type { get; }

    public T Add<T>(T instrument)
        where T : Instrument
    {
        instrument.Bind(Name);
        _instruments.Add(instrument);
        return instrument;
    }

    /// <summary>Orders the instruments by their labels, once all are there.</summary>
    public void Sort() => _instruments.Sort((left, right) => string.CompareOrdinal(left.Labels, right.Labels));

    public void Render(PrometheusWriter writer, Scrape scrape)
    {
        writer.Raw(_header);
        foreach (var instrument in _instruments)
        {
            instrument.Render(writer, scrape);
        }
    }
}
