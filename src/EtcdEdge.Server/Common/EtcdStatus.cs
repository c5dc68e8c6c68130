using System.Collections.Frozen;
using EtcdEdge.StateMachine.Model;
using Grpc.Core;

namespace EtcdEdge.Server.Common;

/// <summary>
/// The one table from a refusal to what the client reads: gRPC code and text, byte for byte etcd's (api/v3rpc/rpctypes/error.go), because clients
/// match on both. "context deadline exceeded" is no row: gRPC itself answers a passed deadline.
/// </summary>
public static class EtcdStatus
{
    private static readonly FrozenDictionary<EtcdError, Status> _table = Rows().ToFrozenDictionary();

    /// <summary>The second reason for which RangeStream is refused; the first is <see cref="EtcdError.RangeStreamUnsupported"/>.</summary>
    public static Status RangeStreamFilters { get; } = new(StatusCode.Unimplemented, "RangeStream does not support revision filters");

    /// <summary>The status of a refusal. <see cref="EtcdError.None"/> has none.</summary>
    public static Status Of(EtcdError error) => _table[error];

    /// <summary>The refusal as the exception that ends a call with its status.</summary>
    public static RpcException Refuse(EtcdError error) => new(Of(error));

    /// <summary>Ends the call when there is a refusal.</summary>
    public static void ThrowIfRefused(EtcdError error)
    {
        if (error != EtcdError.None)
        {
            throw Refuse(error);
        }
    }

    private static KeyValuePair<EtcdError, Status>[] Rows() => [.. RequestErrors(), .. StateErrors()];

    /// <summary>Errors of the request itself, in any state.</summary>
    private static KeyValuePair<EtcdError, Status>[] RequestErrors() =>
    [
        Row(EtcdError.EmptyKey, StatusCode.InvalidArgument, "key is not provided"),
        Row(EtcdError.KeyNotFound, StatusCode.InvalidArgument, "key not found"),
        Row(EtcdError.ValueProvided, StatusCode.InvalidArgument, "value is provided"),
        Row(EtcdError.LeaseProvided, StatusCode.InvalidArgument, "lease is provided"),
        Row(EtcdError.TooManyOps, StatusCode.InvalidArgument, "too many operations in txn request"),
        Row(EtcdError.DuplicateKey, StatusCode.InvalidArgument, "duplicate key given in txn request"),
        Row(EtcdError.InvalidClientApiVersion, StatusCode.InvalidArgument, "invalid client api version"),
        Row(EtcdError.InvalidSortOption, StatusCode.InvalidArgument, "invalid sort option"),
        Row(EtcdError.MemberBadUrls, StatusCode.InvalidArgument, "given member URLs are invalid"),
        Row(EtcdError.RequestTooLarge, StatusCode.InvalidArgument, "request is too large"),
        Row(EtcdError.UserEmpty, StatusCode.InvalidArgument, "user name is empty"),
        Row(EtcdError.RoleEmpty, StatusCode.InvalidArgument, "role name is empty"),
        Row(EtcdError.AuthFailed, StatusCode.InvalidArgument, "authentication failed, invalid user ID or password"),
        Row(EtcdError.PermissionNotGiven, StatusCode.InvalidArgument, "permission not given"),
        Row(EtcdError.InvalidAuthMgmt, StatusCode.InvalidArgument, "invalid auth management"),
        Row(EtcdError.AuthOldRevision, StatusCode.InvalidArgument, "revision of auth store is old"),
        Row(EtcdError.WrongDowngradeVersionFormat, StatusCode.InvalidArgument, "wrong downgrade target version format"),
        Row(EtcdError.InvalidDowngradeTargetVersion, StatusCode.InvalidArgument, "invalid downgrade target version"),

        Row(EtcdError.Compacted, StatusCode.OutOfRange, "mvcc: required revision has been compacted"),
        Row(EtcdError.FutureRevision, StatusCode.OutOfRange, "mvcc: required revision is a future revision"),
        Row(EtcdError.LeaseTtlTooLarge, StatusCode.OutOfRange, "too large lease TTL"),

        Row(EtcdError.NoSpace, StatusCode.ResourceExhausted, "mvcc: database space exceeded"),
        Row(EtcdError.TooManyRequests, StatusCode.ResourceExhausted, "too many requests"),
    ];

    /// <summary>Errors that depend on the state of the store, the cluster or this member.</summary>
    private static KeyValuePair<EtcdError, Status>[] StateErrors() =>
    [
        Row(EtcdError.LeaseNotFound, StatusCode.NotFound, "requested lease not found"),
        Row(EtcdError.MemberNotFound, StatusCode.NotFound, "member not found"),

        Row(EtcdError.LeaseExists, StatusCode.FailedPrecondition, "lease already exists"),
        Row(EtcdError.MemberExists, StatusCode.FailedPrecondition, "member ID already exist"),
        Row(EtcdError.PeerUrlExists, StatusCode.FailedPrecondition, "Peer URLs already exists"),
        Row(EtcdError.MemberNotEnoughStarted, StatusCode.FailedPrecondition, "re-configuration failed due to not enough started members"),
        Row(EtcdError.MemberNotLearner, StatusCode.FailedPrecondition, "can only promote a learner member"),
        Row(EtcdError.LearnerNotReady, StatusCode.FailedPrecondition, "can only promote a learner member which is in sync with leader"),
        Row(EtcdError.TooManyLearners, StatusCode.FailedPrecondition, "too many learner members in cluster"),
        Row(EtcdError.ClusterIdMismatch, StatusCode.FailedPrecondition, "cluster ID mismatch"),
        Row(EtcdError.RootUserNotExist, StatusCode.FailedPrecondition, "root user does not exist"),
        Row(EtcdError.RootRoleNotExist, StatusCode.FailedPrecondition, "root user does not have root role"),
        Row(EtcdError.UserAlreadyExists, StatusCode.FailedPrecondition, "user name already exists"),
        Row(EtcdError.UserNotFound, StatusCode.FailedPrecondition, "user name not found"),
        Row(EtcdError.RoleAlreadyExists, StatusCode.FailedPrecondition, "role name already exists"),
        Row(EtcdError.RoleNotFound, StatusCode.FailedPrecondition, "role name not found"),
        Row(EtcdError.RoleNotGranted, StatusCode.FailedPrecondition, "role is not granted to the user"),
        Row(EtcdError.PermissionNotGranted, StatusCode.FailedPrecondition, "permission is not granted to the role"),
        Row(EtcdError.AuthNotEnabled, StatusCode.FailedPrecondition, "authentication is not enabled"),
        Row(EtcdError.NotLeader, StatusCode.FailedPrecondition, "not leader"),
        Row(EtcdError.NotCapable, StatusCode.FailedPrecondition, "not capable"),
        Row(EtcdError.NotSupportedForLearner, StatusCode.FailedPrecondition, "rpc not supported for learner"),
        Row(EtcdError.BadLeaderTransferee, StatusCode.FailedPrecondition, "bad leader transferee"),
        Row(EtcdError.ClusterVersionUnavailable, StatusCode.FailedPrecondition, "cluster version not found during downgrade"),
        Row(EtcdError.DowngradeInProcess, StatusCode.FailedPrecondition, "cluster has a downgrade job in progress"),
        Row(EtcdError.NoInflightDowngrade, StatusCode.FailedPrecondition, "no inflight downgrade job"),

        Row(EtcdError.WatchCanceled, StatusCode.Cancelled, "watch canceled"),
        Row(EtcdError.RequestCanceled, StatusCode.Cancelled, "request canceled"),

        Row(EtcdError.PermissionDenied, StatusCode.PermissionDenied, "permission denied"),

        Row(EtcdError.InvalidAuthToken, StatusCode.Unauthenticated, "invalid auth token"),

        Row(EtcdError.NoLeader, StatusCode.Unavailable, "no leader"),
        Row(EtcdError.LeaderChanged, StatusCode.Unavailable, "leader changed"),
        Row(EtcdError.Stopped, StatusCode.Unavailable, "server stopped"),
        Row(EtcdError.Timeout, StatusCode.Unavailable, "request timed out"),
        Row(EtcdError.TimeoutWithoutLeader, StatusCode.Unavailable, "request timed out"),
        Row(EtcdError.TimeoutDueToLeaderFail, StatusCode.Unavailable, "request timed out, possibly due to previous leader failure"),
        Row(EtcdError.TimeoutDueToConnectionLost, StatusCode.Unavailable, "request timed out, possibly due to connection lost"),
        Row(EtcdError.TimeoutWaitAppliedIndex, StatusCode.Unavailable, "request timed out, waiting for the applied index took too long"),
        Row(EtcdError.Unhealthy, StatusCode.Unavailable, "unhealthy cluster"),

        Row(EtcdError.Corrupt, StatusCode.DataLoss, "corrupt cluster"),

        // etcd's own status table has no row for it, so its text goes out as it is (etcd server/auth/store.go, ErrNoPasswordUser).
        new(EtcdError.NoPasswordUser, new Status(StatusCode.Unknown, "auth: authentication failed, password was given for no password user")),

        // Without etcd's prefix (3.7 server/etcdserver/api/v3rpc/key.go).
        new(EtcdError.RangeStreamUnsupported, new Status(StatusCode.Unimplemented, "RangeStream does not support custom sort orders")),
    ];

    private static KeyValuePair<EtcdError, Status> Row(EtcdError error, StatusCode code, string text) =>
        new(error, new Status(code, "etcdserver: " + text));
}
