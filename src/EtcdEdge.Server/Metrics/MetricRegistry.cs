namespace EtcdEdge.Server.Metrics;

/// <summary>The families in the order they are printed. Filled before the first scrape, then only read.</summary>
internal sealed class MetricRegistry
{
    private readonly SortedDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);

    public IEnumerable<MetricFamily> Families => _families.Values;

    public MetricFamily Family(string name, MetricType type, string help)
    {
        if (!_families.TryGetValue(name, out var family))
        {
            _families.Add(name, family = new MetricFamily(name, type, help));
        }

        return family;
    }

    public Counter Counter(string name, string help) => Family(name, MetricType.Counter, help).Add(new Counter());

    /// <summary>etcd types a few counters as gauges; the name keeps its type, for the dashboards.</summary>
    public Counter CountingGauge(string name, string help) => Family(name, MetricType.Gauge, help).Add(new Counter());

    public void Gauge(string name, string help, Func<Scrape, double> read) => Family(name, MetricType.Gauge, help).Add(new Gauge(read));

    /// <summary>A counter that is kept elsewhere and read at a scrape.</summary>
    public void ReadCounter(string name, string help, Func<Scrape, double> read) => Family(name, MetricType.Counter, help).Add(new Gauge(read));

    public void DynamicGauge(string name, string help, Func<Scrape, IEnumerable<(string Labels, double Value)>> read) =>
        Family(name, MetricType.Gauge, help).Add(new DynamicGauge(read));

    public Histogram Histogram(string name, string help, Buckets buckets) => Family(name, MetricType.Histogram, help).Add(new Histogram(buckets));

    public void Sort()
    {
        foreach (var family in Families)
        {
            family.Sort();
        }
    }
}
