using System.Globalization;
using EtcdEdge.Api;
using EtcdEdge.Differential;
using EtcdEdge.Testing;
using Google.Protobuf;
using Grpc.Core;
using Xunit;

namespace EtcdEdge.EndToEnd.Tests;

/// <summary>
/// The independent record of what a cluster acknowledged, under load that never gives up. Each writer counts up in a key of its own by compare and
/// swap, so that an attempt that was thought lost and takes effect late changes nothing twice; readers ask any member and compare with what was
/// acknowledged before they asked.
/// </summary>
internal sealed class ClusterRecord(IReadOnlyList<Daemon> members)
{
    private const int Writers = 4;
    private const int Readers = 4;
    private static readonly TimeSpan s_attemptLimit = TimeSpan.FromSeconds(10);
    private readonly long[] _acknowledged = new long[Writers];
    private long _reads;
    private volatile bool _stopping;
    private Task _load = Task.CompletedTask;

    /// <summary>Writes that were acknowledged.</summary>
    public long Count => _acknowledged.Sum();

    public void Start() =>
        _load = Task.WhenAll(Enumerable.Range(0, Writers).Select(WriteAsync).Concat(Enumerable.Range(0, Readers).Select(ReadAsync)));

    /// <summary>Fails with what a writer or a reader saw.</summary>
    public async Task StopAsync()
    {
        _stopping = true;
        await _load;
        Assert.True(_reads > 0, "no read was answered");
    }

    /// <summary>Waits until <paramref name="more"/> further writes are acknowledged.</summary>
    public async Task GoesOnAsync(int more)
    {
        var enough = Count + more;
        await TestCluster.EventuallyAsync(
            async () =>
            {
                if (_load.IsFaulted)
                {
                    await _load;
                }

                return Count >= enough;
            },
            "writes do not go on");
    }

    /// <summary>Everything acknowledged is at every member.</summary>
    public async Task CheckAsync()
    {
        foreach (var member in members)
        {
            await using var session = new Session(member.ClientUrl);
            for (var writer = 0; writer < Writers; writer++)
            {
                var stored = ValueOf(await session.Kv.RangeAsync(new RangeRequest { Key = Key(writer) }, deadline: DateTime.UtcNow + s_attemptLimit));
                Assert.True(stored >= _acknowledged[writer],
                    $"{_acknowledged[writer]} was acknowledged to writer {writer}, {member.ClientUrl} has {stored}");
            }
        }
    }

    private static ByteString Key(int writer) => ByteString.CopyFromUtf8($"writer/{writer}");

    private static ByteString Text(long number) => ByteString.CopyFromUtf8(number.ToString(CultureInfo.InvariantCulture));

    private static long ValueOf(RangeResponse found) => found.Kvs.Count == 0 ? 0
        : long.Parse(found.Kvs[0].Value.ToStringUtf8(), CultureInfo.InvariantCulture);

    /// <summary>Puts <paramref name="number"/> after the one before it; where it stands already, an attempt before this one has put it.</summary>
    private static TxnRequest Advance(int writer, long number)
    {
        var compare = number == 1
            ? new Compare
            {
                Key = Key(writer),
                Target = Compare.Types.CompareTarget.Create,
                Result = Compare.Types.CompareResult.Equal,
                CreateRevision = 0
            }
            : new Compare
            {
                Key = Key(writer),
                Target = Compare.Types.CompareTarget.Value,
                Result = Compare.Types.CompareResult.Equal,
                Value = Text(number - 1)
            };
        return new TxnRequest
        {
            Compare = { compare },
            Success = { new RequestOp { RequestPut = new PutRequest { Key = Key(writer), Value = Text(number) } } },
            Failure = { new RequestOp { RequestRange = new RangeRequest { Key = Key(writer) } } },
        };
    }

    private async Task WriteAsync(int writer)
    {
        for (var number = 1L; !_stopping; number++)
        {
            var request = Advance(writer, number);
            var answer = await RetryAsync(writer, (kv, deadline) => kv.TxnAsync(request, deadline: deadline));
            if (answer is { Succeeded: false })
            {
                Assert.Equal(number, ValueOf(answer.Responses[0].ResponseRange));
            }

            if (answer is not null)
            {
                Volatile.Write(ref _acknowledged[writer], number);
            }
        }
    }

    private async Task ReadAsync(int reader)
    {
        while (!_stopping)
        {
            var writer = Random.Shared.Next(Writers);
            var floor = Volatile.Read(ref _acknowledged[writer]);
            var found = await RetryAsync(reader, (kv, deadline) => kv.RangeAsync(new RangeRequest { Key = Key(writer) }, deadline: deadline));
            if (found is not null)
            {
                Assert.True(ValueOf(found) >= floor, $"a stale read: {ValueOf(found)} after {floor} was acknowledged");
                Interlocked.Increment(ref _reads);
            }
        }
    }

    /// <summary>At one member after the other until one answers; null when the load is to end first.</summary>
    private async Task<T?> RetryAsync<T>(int first, Func<KV.KVClient, DateTime, AsyncUnaryCall<T>> call)
        where T : class
    {
        for (var attempt = first; !_stopping; attempt++)
        {
            await using var session = new Session(members[attempt % members.Count].ClientUrl);
            try
            {
                return await call(session.Kv, DateTime.UtcNow + s_attemptLimit);
            }
            catch (RpcException)
            {
                // That member is gone, or without a leader: the next one.
                await Task.Delay(10);
            }
        }

        return null;
    }
}
