namespace EtcdEdge.StateMachine.Model;

/// <summary>The requests that go through the log. Each value is its field number in etcd's InternalRaftRequest (raft_internal.proto).</summary>
public enum RequestKind
{
    V2 = 2,
    Put = 4,
    DeleteRange = 5,
    Txn = 6,
    Compaction = 7,
    LeaseGrant = 8,
    LeaseRevoke = 9,
    Alarm = 10,
    LeaseCheckpoint = 11,
    AuthEnable = 1000,
    AuthDisable = 1011,
    Authenticate = 1012,
    AuthUserAdd = 1100,
    AuthUserDelete = 1101,
    AuthUserChangePassword = 1103,
    AuthUserGrantRole = 1104,
    AuthUserRevokeRole = 1105,
    AuthRoleAdd = 1200,
    AuthRoleDelete = 1201,
    AuthRoleGrantPermission = 1203,
    AuthRoleRevokePermission = 1204,
    ClusterVersionSet = 1300,
    ClusterMemberAttrSet = 1301,
    DowngradeInfoSet = 1302,
}
