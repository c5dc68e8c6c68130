using EtcdEdge.StateMachine.Cluster;

namespace EtcdEdge.Server.Bootstrap;

/// <summary>The running cluster that a new member joins, and who it is there.</summary>
/// <param name="ClusterId">The cluster's id.</param>
/// <param name="MemberId">The new member's id, as it was given when it was added.</param>
/// <param name="Members">Everybody, as the others said: until its log tells, the new member knows from here whom to dial (etcd rafthttp,
/// AddRemote).</param>
internal sealed record ExistingCluster(ulong ClusterId, ulong MemberId, IReadOnlyList<Member> Members);
