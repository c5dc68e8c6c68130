using System.Diagnostics;
using EtcdEdge.Api;
using Google.Protobuf;
using Grpc.Core;

namespace EtcdEdge.Differential.Fuzz;

/// <summary>
/// Another client, on a connection of its own, that writes and reads one key all the while and must be served as if nothing were the matter.
/// </summary>
internal sealed class Probe(Session session, TimeSpan patience)
{
    private static readonly ByteString s_everything = ByteString.CopyFrom(0);
    private static readonly ByteString s_key = ByteString.CopyFromUtf8("\u0001probe");

    /// <summary>The longest that one call took.</summary>
    public TimeSpan Longest { get; private set; }

    /// <summary>Runs until it is cancelled; null, or what went wrong.</summary>
    public async Task<string?> RunAsync(CancellationToken cancel)
    {
        for (var number = 0; !cancel.IsCancellationRequested; number++)
        {
            if (await OnceAsync(number) is { } failure)
            {
                return failure;
            }

            await Task.Delay(20, CancellationToken.None);
        }

        return null;
    }

    // One transaction, because the others delete whole ranges: nothing can come between the put and the range.
    private async Task<string?> OnceAsync(int number)
    {
        var value = ByteString.CopyFromUtf8($"{number}");
        var putAndGet = new TxnRequest
        {
            Success = { new RequestOp { RequestPut = new PutRequest { Key = s_key, Value = value } },
                new RequestOp { RequestRange = new RangeRequest { Key = s_key } } },
        };
        var clock = Stopwatch.StartNew();
        try
        {
            var done = await session.Kv.TxnAsync(putAndGet, deadline: DateTime.UtcNow + patience);
            Longest = clock.Elapsed > Longest ? clock.Elapsed : Longest;
            return done.Responses[1].ResponseRange.Kvs is [{ } kv] && kv.Value == value ? null : $"a put of {number} was answered with {done}";
        }
        catch (RpcException refused) when (IsAlarm(refused))
        {
            await RecoverAsync(CancellationToken.None);
            return null;
        }
        catch (RpcException e)
        {
            return $"another client was not served: {e.Status}";
        }
    }

    /// <summary>What an operator does about a full store and about alarms, which the others raise too.</summary>
    public async Task RecoverAsync(CancellationToken cancel)
    {
        for (var isRefused = true; isRefused;)
        {
            try
            {
                await DisarmAsync(cancel);
                var deleted = await session.Kv.DeleteRangeAsync(new DeleteRangeRequest { Key = s_everything, RangeEnd = s_everything },
                    cancellationToken: cancel);
                await session.Kv.CompactAsync(new CompactionRequest { Revision = deleted.Header.Revision, Physical = true },
                    cancellationToken: cancel);
                await DisarmAsync(cancel);
                isRefused = false;
            }
            catch (RpcException refused) when (IsAlarm(refused) || refused.StatusCode == StatusCode.OutOfRange)
            {
                // The alarm was raised again, or others have compacted further.
            }
        }
    }

    private async Task DisarmAsync(CancellationToken cancel)
    {
        var raised = await session.Maintenance.AlarmAsync(new AlarmRequest(), cancellationToken: cancel);
        foreach (var member in raised.Alarms)
        {
            await session.Maintenance.AlarmAsync(
                new AlarmRequest { Action = AlarmRequest.Types.AlarmAction.Deactivate, Alarm = member.Alarm, MemberID = member.MemberID },
                    cancellationToken: cancel);
        }
    }

    private static bool IsAlarm(RpcException refused) => refused.StatusCode is StatusCode.ResourceExhausted or StatusCode.DataLoss;
}
