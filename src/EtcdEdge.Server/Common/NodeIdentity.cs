namespace EtcdEdge.Server.Common;

/// <summary>The identity of this member.</summary>
internal sealed record NodeIdentity(ulong ClusterId, ulong MemberId, string Name);
