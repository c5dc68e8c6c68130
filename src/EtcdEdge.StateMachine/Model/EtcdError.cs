namespace EtcdEdge.StateMachine.Model;

/// <summary>
/// Every way a request can be refused, in etcd's terms (etcd api/v3rpc/rpctypes/error.go). The state machine decides with these values;
/// the server maps each to its gRPC code and etcd's exact text in one table.
/// </summary>
public enum EtcdError
{
    None = 0,

    // InvalidArgument
    EmptyKey, KeyNotFound, ValueProvided, LeaseProvided, TooManyOps, DuplicateKey, InvalidClientApiVersion, InvalidSortOption,
    MemberBadUrls, RequestTooLarge, UserEmpty, RoleEmpty, AuthFailed, PermissionNotGiven, InvalidAuthMgmt, AuthOldRevision,
    WrongDowngradeVersionFormat, InvalidDowngradeTargetVersion,

    // OutOfRange
    Compacted, FutureRevision, LeaseTtlTooLarge,

    // ResourceExhausted
    NoSpace, TooManyRequests,

    // NotFound
    LeaseNotFound, MemberNotFound,

    // FailedPrecondition
    LeaseExists, MemberExists, PeerUrlExists, MemberNotEnoughStarted, MemberNotLearner, LearnerNotReady, TooManyLearners,
    ClusterIdMismatch, RootUserNotExist, RootRoleNotExist, UserAlreadyExists, UserNotFound, RoleAlreadyExists, RoleNotFound,
    RoleNotGranted, PermissionNotGranted, AuthNotEnabled, NotLeader, NotCapable, NotSupportedForLearner, BadLeaderTransferee,
    ClusterVersionUnavailable, DowngradeInProcess, NoInflightDowngrade,

    // Canceled
    WatchCanceled, RequestCanceled,

    // PermissionDenied, Unauthenticated
    PermissionDenied, InvalidAuthToken,

    // Unavailable
    // A request that times out without a leader has the same text for clients; here it is known to have no effect.
    NoLeader, LeaderChanged, Stopped, Timeout, TimeoutWithoutLeader, TimeoutDueToLeaderFail, TimeoutDueToConnectionLost, TimeoutWaitAppliedIndex,
    Unhealthy,

    // DataLoss
    Corrupt,

    // Unimplemented
    RangeStreamUnsupported,

    // Unknown: etcd has no gRPC status for it
    NoPasswordUser,
}
