namespace EtcdEdge.Configuration;

/// <summary>How much /metrics carries.</summary>
public enum MetricsDetail
{
    Basic,
    Extensive,
}
