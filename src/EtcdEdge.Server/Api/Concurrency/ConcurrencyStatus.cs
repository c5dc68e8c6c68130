using Grpc.Core;

namespace EtcdEdge.Server.Api.Concurrency;

/// <summary>
/// Statuses of the lock and election services. They are clients in etcd's own process, and a client's error has lost its gRPC code on the way: what
/// else has a code of its own comes as Unknown with the same text (etcd client/v3, toErr).
/// </summary>
internal static class ConcurrencyStatus
{
    private const string SessionExpiredText = "mutex: session is expired";

    public static RpcException SessionExpired() => Unknown(SessionExpiredText);

    public static bool IsSessionExpired(Exception e) => e is RpcException { Status.Detail: SessionExpiredText };

    public static RpcException NotLeader() => Unknown("election: not leader");

    public static RpcException NoLeader() => Unknown("election: no leader");

    public static RpcException LeaderMissing() => Unknown("\"leader\" field must be provided");

    /// <summary>Fails a call as etcd does; only a cancellation keeps its code.</summary>
    public static async ValueTask<T> InWordsAsync<T>(ValueTask<T> call)
    {
        try
        {
            return await call;
        }
        catch (RpcException e) when (e.StatusCode != StatusCode.Cancelled)
        {
            throw Unknown(e.Status.Detail);
        }
    }

    private static RpcException Unknown(string text) => new(new Status(StatusCode.Unknown, text));
}
