namespace EtcdEdge.Configuration;

/// <summary>One of etcd's feature gates.</summary>
public sealed record FeatureGate(string Name, FeatureStage Stage, bool Default);
