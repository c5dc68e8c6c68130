using CsCheck;
using EtcdEdge.Api;
using Google.Protobuf;

namespace EtcdEdge.StateMachine.Tests.Wire;

/// <summary>Generators of etcd's messages: few keys, so that they meet, and every field now and then.</summary>
internal static class ApiGen
{
    public static readonly Gen<ByteString> Key =
        Gen.Select(Gen.Char['a', 'e'], Gen.Int[0, 4], (letter, digit) => ByteString.CopyFromUtf8(digit == 0 ? $"{letter}" : $"{letter}{digit}"));

    public static readonly Gen<ByteString> RangeEnd = Gen.Frequency(
        (3, Gen.Const(ByteString.Empty)),
        (1, Gen.Const(ByteString.CopyFrom(0))),
        (3, Key));

    public static readonly Gen<ByteString> Value = Gen.Byte.Array[0, 20].Select(bytes => ByteString.CopyFrom(bytes));

    /// <summary>Mostly zero, sometimes near the revisions a short test reaches, sometimes anything.</summary>
    public static readonly Gen<long> Number = Gen.Frequency((4, Gen.Const(0L)), (4, Gen.Long[-2, 30]), (1, Gen.Long));

    public static readonly Gen<RangeRequest> Range =
        Gen.Select(Key, RangeEnd, Number.Array[6], Gen.Int[0, 2], Gen.Int[0, 4], Gen.Bool.Array[3], (key, end, numbers, order, target, flags) =>
            new RangeRequest
            {
                Key = key,
                RangeEnd = end,
                Limit = numbers[0],
                Revision = numbers[1],
                MinModRevision = numbers[2],
                MaxModRevision = numbers[3],
                MinCreateRevision = numbers[4],
                MaxCreateRevision = numbers[5],
                SortOrder = (RangeRequest.Types.SortOrder)order,
                SortTarget = (RangeRequest.Types.SortTarget)target,
                Serializable = flags[0],
                KeysOnly = flags[1],
                CountOnly = flags[2],
            });

    public static readonly Gen<PutRequest> Put =
        Gen.Select(Key, Value, Number, Gen.Bool.Array[3], (key, value, lease, flags) => new PutRequest
        {
            Key = key,
            Value = value,
            Lease = lease,
            PrevKv = flags[0],
            IgnoreValue = flags[1],
            IgnoreLease = flags[2],
        });

    public static readonly Gen<DeleteRangeRequest> DeleteRange =
        Gen.Select(Key, RangeEnd, Gen.Bool, (key, end, previous) => new DeleteRangeRequest { Key = key, RangeEnd = end, PrevKv = previous });

    public static readonly Gen<Compare> Comparison =
        Gen.Select(Key, RangeEnd, Gen.Int[0, 3], Gen.Int[0, 4], Gen.Int[0, 5], Number, Value, (key, end, result, target, union, number, value) =>
        {
            var compare = new Compare
            {
                Key = key,
                RangeEnd = end,
                Result = (Compare.Types.CompareResult)result,
                Target = (Compare.Types.CompareTarget)target,
            };
            switch (union)
            {
                case 0: compare.Version = number; break;
                case 1: compare.CreateRevision = number; break;
                case 2: compare.ModRevision = number; break;
                case 3: compare.Value = value; break;
                case 4: compare.Lease = number; break;
            }

            return compare;
        });

    public static readonly Gen<TxnRequest> Txn = TxnOfDepth(2);

    private static Gen<TxnRequest> TxnOfDepth(int depth)
    {
        var operations = Operation(depth).Array[0, 3];
        return Gen.Select(Comparison.Array[0, 2], operations, operations, (compare, success, failure) =>
            new TxnRequest { Compare = { compare }, Success = { success }, Failure = { failure } });
    }

    private static Gen<RequestOp> Operation(int depth) => Gen.Frequency(
        (1, Gen.Const(() => new RequestOp())),
        (6, Range.Select(range => new RequestOp { RequestRange = range })),
        (6, Put.Select(put => new RequestOp { RequestPut = put })),
        (6, DeleteRange.Select(delete => new RequestOp { RequestDeleteRange = delete })),
        (depth == 0 ? 0 : 3, depth == 0
            ? Gen.Const(() => new RequestOp())
            : TxnOfDepth(depth - 1).Select(txn => new RequestOp { RequestTxn = txn })));
}
