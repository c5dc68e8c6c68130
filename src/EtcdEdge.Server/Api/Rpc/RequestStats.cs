using System.Globalization;
using EtcdEdge.StateMachine.Requests;
using Microsoft.Extensions.Logging;

namespace EtcdEdge.Server.Api.Rpc;

/// <summary>
/// etcd's line "request stats" about one unary call (api/v3rpc/interceptor.go, logUnaryRequestStats): for what was slow, and at --log-level=debug for
/// all. Its field names have spaces. Counts and sizes are those of the four methods of keys; −1 for the others. "request content" is left out: the
/// bytes have been given back when the call ends, and what was slow to apply is shown with its content by "apply request took too long".
/// </summary>
internal readonly record struct RequestStats(long RequestCount, int RequestSize, long ResponseCount, int ResponseSize)
{
    private static readonly EventId s_event = new(1013, nameof(RequestStats));

    /// <param name="request">The request, perhaps disposed of.</param>
    /// <param name="response">The answer; null when there is none.</param>
    public static RequestStats Of(object? request, object? response)
    {
        var reply = response as KvReply;
        var size = reply is null ? 0 : reply.Result.SizeOf(reply.Header);
        return request switch
        {
            KvRequest<RangeOp> range => new(0, range.Length, reply?.Result is RangeResult found ? found.Count : 0, size),
            KvRequest<PutOp> put => new(1, put.Length, 0, size),
            KvRequest<DeleteRangeOp> delete => new(0, delete.Length, reply?.Result is DeleteRangeResult gone ? gone.Deleted : 0, size),
            KvRequest<TxnOp> txn => new(txn.Op.CountOperations(reply?.Result is TxnResult { Succeeded: true }), txn.Length, 0, size),
            _ => new(-1, -1, -1, -1),
        };
    }

    public void Log(ILogger logger, LogLevel level, DateTimeOffset started, TimeSpan took, string remote, string method)
    {
        KeyValuePair<string, object?>[] fields =
        [
            new("start time", started.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)), new("time spent", took), new("remote", remote),
                new("response type", method), new("request count", RequestCount),
            new("request size", RequestSize), new("response count", ResponseCount), new("response size", ResponseSize),
        ];
        logger.Log(level, s_event, fields, null, static (_, _) => "request stats");
    }
}
