namespace EtcdEdge.Configuration;

/// <summary>How far etcd trusts a feature.</summary>
public enum FeatureStage
{
    Alpha,
    Beta,
}
