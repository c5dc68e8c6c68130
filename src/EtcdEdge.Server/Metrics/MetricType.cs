namespace EtcdEdge.Server.Metrics;

/// <summary>Prometheus' types that etcd uses.</summary>
internal enum MetricType
{
    Counter,
    Gauge,
    Histogram,
}
