namespace EtcdEdge.Server.Peers;

/// <summary>A member of the cluster as the transport needs it.</summary>
/// <param name="Id">etcd's member id.</param>
/// <param name="PeerUrls">Its advertised peer URLs; one that does not parse is skipped with a log line.</param>
internal sealed record PeerMember(ulong Id, IReadOnlyList<string> PeerUrls);
