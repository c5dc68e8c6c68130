using EtcdEdge.Api;
using Google.Protobuf;
using Grpc.Core;

namespace EtcdEdge.Differential;

/// <summary>What no well-behaved client sends: oversized requests, bytes that are no message, methods that are not there.</summary>
internal sealed partial class Generator
{
    /// <summary>Above etcd's --max-request-bytes (1.5 MiB), below its gRPC receive limit (that plus 512 KiB).</summary>
    private const int TooLargeForRaft = 1_600_000;
    private const int TooLargeForGrpc = 2_200_000;
    private const int HundredKilobytes = 100_000;

    private static readonly Marshaller<byte[]> s_raw = Marshallers.Create(bytes => bytes, bytes => bytes);

    private Step AnyBrokenStep() => _random.Next(10) switch
    {
        0 => Put(new PutRequest { Key = Keys.Any(_random), Value = LargeValue(TooLargeForRaft) }),
        1 => Put(new PutRequest { Key = Keys.Any(_random), Value = LargeValue(TooLargeForGrpc) }),
        2 => Put(new PutRequest { Key = Keys.Any(_random), Value = LargeValue(HundredKilobytes), PrevKv = true }),
        3 => Txn(ManyOps()),
        4 => Txn(PutTwice()),
        _ => AnyRawCall(),
    };

    /// <summary>The same key put outside and inside a nested transaction.</summary>
    private TxnRequest PutTwice()
    {
        var put = new RequestOp { RequestPut = AnyPlainPut() };
        var nested = new TxnRequest { Success = { put }, Failure = { put } };
        return new TxnRequest { Success = { put, new RequestOp { RequestTxn = nested } } };
    }

    private TxnRequest ManyOps()
    {
        var txn = new TxnRequest();
        var (compares, ops) = Chance(50) ? (MaxTxnOps + _random.Next(2), 1) : (0, MaxTxnOps + _random.Next(2));
        for (var n = 0; n < compares; n++)
        {
            txn.Compare.Add(AnyCompare());
        }

        for (var n = 0; n < ops; n++)
        {
            txn.Success.Add(new RequestOp { RequestRange = new RangeRequest { Key = Keys.Any(_random) } });
        }

        return txn;
    }

    private Step AnyRawCall() => _random.Next(8) switch
    {
        0 => RawCall("KV/Put", Garbled(AnyPut())),
        1 => RawCall("KV/DeleteRange", Garbled(AnyDelete())),
        2 => RawCall("KV/Txn", Garbled(AnyTxn())),
        3 => RawCall("KV/Nothing", []),
        4 => RawCall("Nobody/Range", []),
        _ => RawCall("KV/Range", Garbled(AnyRangeRequest())),
    };

    /// <summary>A real request with a few bytes cut off, an unknown field added, or a length that runs beyond the end; some stay readable.</summary>
    private byte[] Garbled(IMessage request)
    {
        var bytes = request.ToByteArray();
        return _random.Next(4) switch
        {
            0 => [],
            1 => bytes[..^Math.Min(bytes.Length, _random.Next(1, 4))],
            2 => [.. bytes, 0xfa, 0x3f, 1, 7],
            _ => [0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f, .. bytes],
        };
    }

    private static Step RawCall(string path, byte[] message)
    {
        var (service, name) = (path.Split('/')[0], path.Split('/')[1]);
        var method = new Method<byte[], byte[]>(MethodType.Unary, "etcdserverpb." + service, name, s_raw, s_raw);
        return new Step($"raw {path}", Convert.ToHexString(message), async (session, cancel) =>
        {
            var answer = await session.Invoker.AsyncUnaryCall(method, null, new CallOptions(cancellationToken: cancel), message);
            return $"answered, {(answer.Length == 0 ? "empty" : "with a message")}";
        });
    }
}
