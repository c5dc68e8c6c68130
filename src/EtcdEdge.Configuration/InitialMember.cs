namespace EtcdEdge.Configuration;

/// <summary>One name of --initial-cluster with its peer URLs, sorted.</summary>
public sealed record InitialMember(string Name, IReadOnlyList<ListenUrl> PeerUrls);
