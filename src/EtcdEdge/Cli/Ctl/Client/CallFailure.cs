using System.Collections.Frozen;
using System.Net.Sockets;
using System.Security.Authentication;
using EtcdEdge.Cli.Ctl.Common;
using Grpc.Core;

namespace EtcdEdge.Cli.Ctl.Client;

/// <summary>What a failed call means: its text, and whether it may be made again.</summary>
internal static class CallFailure
{
    public const string InvalidToken = "etcdserver: invalid auth token";
    public const string OldAuthRevision = "etcdserver: revision of auth store is old";
    public const string AuthNotEnabled = "etcdserver: authentication is not enabled";
    public const string LeaseNotFound = "etcdserver: requested lease not found";
    public const string Compacted = "etcdserver: mvcc: required revision has been compacted";
    public const string PermissionDenied = "etcdserver: permission denied";
    public const string DeadlineExceeded = "context deadline exceeded";
    private const string CertificateFlags = "--cacert, --cert and --key (or ETCDCTL_CACERT, ETCDCTL_CERT and ETCDCTL_KEY)";

    /// <summary>
    /// The base library's text for a connection whose server sends no HTTP/2 settings; no call is sent before them. Its error code depends on how the
    /// server ends the connection.
    /// </summary>
    private const string NoHandshake = "did not complete the HTTP/2 handshake";

    /// <summary>Calls that have the same effect when they are executed twice (etcd client/v3/retry.go).</summary>
    private static readonly FrozenSet<string> s_repeatable = FrozenSet.ToFrozenSet(
    [
        "Range", "MemberList", "LeaseGrant", "LeaseRevoke", "LeaseTimeToLive", "LeaseLeases", "Alarm", "Status", "Hash", "HashKV",
        "AuthStatus", "Authenticate", "UserGet", "UserList", "RoleGet", "RoleList",
    ]);

    /// <summary>The error as clientv3 prints it: etcd's own errors without the gRPC code.</summary>
    public static string Text(RpcException failure) => Text(failure.StatusCode, failure.Status.Detail);

    /// <summary>As for an exception with this code and detail.</summary>
    public static string Text(StatusCode code, string detail) =>
        detail.StartsWith("etcdserver: ", StringComparison.Ordinal) ? detail
        : code == StatusCode.DeadlineExceeded ? DeadlineExceeded
        : code == StatusCode.Cancelled ? "context canceled"
        : $"rpc error: code = {code} desc = {detail.ReplaceLineEndings(" ")}";

    /// <summary>True when the call may be made again, at another endpoint: it cannot have been executed, or may be executed twice.</summary>
    public static bool IsRetriable(RpcException failure, string method) =>
        IsUnsent(failure) || (failure.StatusCode == StatusCode.Unavailable && s_repeatable.Contains(method));

    /// <summary>True when there was no connection to send the call on.</summary>
    public static bool IsUnsent(RpcException failure) => HasNoHandshake(failure)
        || Causes(failure).OfType<HttpRequestException>().Any(cause => cause.HttpRequestError is
            HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError
            or HttpRequestError.VersionNegotiationError);

    /// <summary>One line about why an endpoint cannot be used, and the next step where there is one.</summary>
    public static string Reason(RpcException failure, EndpointChannel channel)
    {
        var causes = Causes(failure).ToArray();
        if (HasNoHandshake(failure))
        {
            return channel.IsTls
                ? $"{channel.Endpoint.Text}: the server closed the TLS connection; check whether it requires a client certificate: {CertificateFlags}"
                : $"{channel.Endpoint.Text}: the server does not answer without TLS; give {CertificateFlags}";
        }

        if (causes.OfType<AuthenticationException>().LastOrDefault() is { } refused)
        {
            return $"{channel.Endpoint.Text}: TLS: {refused.Message.TrimEnd('.')}; check {CertificateFlags}";
        }

        return causes.OfType<SocketException>().LastOrDefault() is { } socket
            ? $"{channel.Endpoint.Text}: {socket.Message}"
            : $"{channel.Endpoint.Text}: {(causes.Length > 0 ? causes[^1].Message : failure.Status.Detail)}";
    }

    private static bool HasNoHandshake(RpcException failure) =>
        Causes(failure).Any(cause => cause.Message.Contains(NoHandshake, StringComparison.Ordinal));

    private static IEnumerable<Exception> Causes(RpcException failure)
    {
        for (var cause = failure.Status.DebugException; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
        }
    }

    /// <summary>Prints why the last endpoint could not be used, before the error of a call that found no usable endpoint.</summary>
    public static void ReportTrouble(EtcdClient client, RpcException failure)
    {
        if (client.Trouble is { } trouble && failure.StatusCode is StatusCode.DeadlineExceeded or StatusCode.Unavailable)
        {
            CtlConsole.Out.Flush();
            CtlConsole.Error.WriteLine("etcdctl: " + trouble);
        }
    }
}
