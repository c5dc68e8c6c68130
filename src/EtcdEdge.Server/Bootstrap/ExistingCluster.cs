using EtcdEdge.StateMachine.Cluster;

namespace EtcdEdge.Server.Bootstrap;

/// <summary>The running cluster that a new member joins, and its identity there.</summary>
/// <param name="ClusterId">The cluster's id.</param>
/// <param name="MemberId">The new member's id, as it was given when it was added.</param>
/// <param name="Members">
/// All members, as the others reported them: until its log contains them, the new member dials these (etcd rafthttp, AddRemote).
/// </param>
internal sealed record ExistingCluster(ulong ClusterId, ulong MemberId, IReadOnlyList<Member> Members);
