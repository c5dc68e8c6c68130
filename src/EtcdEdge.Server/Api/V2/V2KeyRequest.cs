using EtcdEdge.Api;
using EtcdEdge.Server.Common;
using EtcdEdge.StateMachine.V2;

namespace EtcdEdge.Server.Api.V2;

/// <summary>A request for /v2/keys, checked in etcd's order (server/etcdserver/api/v2http/client.go, parseKeyRequest).</summary>
/// <param name="Message">As the log carries it.</param>
/// <param name="NoValueOnSuccess">The answer leaves the nodes out.</param>
internal sealed record V2KeyRequest(V2Request Message, bool NoValueOnSuccess)
{
    /// <param name="method">The HTTP method.</param>
    /// <param name="key">The path below /v2/keys.</param>
    /// <param name="form">The fields.</param>
    /// <param name="time">The wall clock: a TTL becomes a moment here, and the log carries the moment.</param>
    /// <exception cref="V2Exception">A field is not what it has to be.</exception>
    public static V2KeyRequest Parse(string method, string key, V2Form form, TimeProvider time)
    {
        var message = new V2Request
        {
            Method = method,
            Path = (V2Path.KeysPrefix + V2Path.Clean(key)).TrimEnd('/'),
            PrevIndex = form.Number("prevIndex", V2ErrorCode.IndexNotNumber),
            Since = form.Number("waitIndex", V2ErrorCode.IndexNotNumber),
            Recursive = form.Bool("recursive"),
            Sorted = form.Bool("sorted"),
            Wait = form.Bool("wait"),
            Dir = form.Bool("dir"),
            Quorum = form.Bool("quorum"),
            Stream = form.Bool("stream"),
            PrevValue = form.Text("prevValue"),
            Val = form.Text("value"),
        };
        if (message.Wait && method != "GET")
        {
            throw new V2Exception(V2ErrorCode.InvalidField, "\"wait\" can only be used with GET requests");
        }

        if (form.Has("prevValue") && message.PrevValue.Length == 0)
        {
            throw new V2Exception(V2ErrorCode.PrevValueRequired, "\"prevValue\" cannot be empty");
        }

        var noValue = form.Bool("noValueOnSuccess");
        var hasTtl = form.Text("ttl").Length > 0;
        var ttl = hasTtl ? form.Number("ttl", V2ErrorCode.TtlNotNumber) : 0;
        if (form.Has("prevExist"))
        {
            message.PrevExist = form.Bool("prevExist", quote: "");
        }

        AddRefresh(message, form, hasTtl);
        if (hasTtl)
        {
            message.Expiration = MomentOf(ttl, time);
        }

        return new V2KeyRequest(message, noValue);
    }

    private static void AddRefresh(V2Request message, V2Form form, bool hasTtl)
    {
        if (!form.Has("refresh"))
        {
            return;
        }

        message.Refresh = form.Bool("refresh", quote: "");
        if (message.Refresh && message.Val.Length > 0)
        {
            throw new V2Exception(V2ErrorCode.RefreshValue, "A value was provided on a refresh");
        }

        if (message.Refresh && !hasTtl)
        {
            throw new V2Exception(V2ErrorCode.RefreshTtlRequired, "No TTL value set");
        }
    }

    // A TTL that ends beyond 64 bits of nanoseconds counts as none.
    private static long MomentOf(ulong ttl, TimeProvider time)
    {
        var moment = time.UnixNanos() + ((Int128)ttl * 1_000_000_000);
        return moment > long.MaxValue ? 0 : (long)moment;
    }
}
