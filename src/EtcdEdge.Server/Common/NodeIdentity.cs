namespace EtcdEdge.Server.Common;

/// <summary>Who this member is.</summary>
internal sealed record NodeIdentity(ulong ClusterId, ulong MemberId, string Name);
