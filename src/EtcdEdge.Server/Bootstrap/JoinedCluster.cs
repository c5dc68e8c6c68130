namespace EtcdEdge.Server.Bootstrap;

/// <summary>The running cluster that a new member joins, and who it is there.</summary>
internal sealed record JoinedCluster(ulong ClusterId, ulong MemberId);
