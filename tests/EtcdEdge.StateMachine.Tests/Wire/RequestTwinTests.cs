using CsCheck;
using EtcdEdge.Api;
using EtcdEdge.StateMachine.Proto;
using EtcdEdge.StateMachine.Requests;
using Google.Protobuf;
using Xunit;

namespace EtcdEdge.StateMachine.Tests.Wire;

/// <summary>
/// The request parsers against the generated protobuf classes: whatever bytes they get, both understand the same, or ours throws
/// MalformedMessageException and nothing else.
/// </summary>
public sealed class RequestTwinTests
{
    [Fact]
    public void A_range_request_reads_as_its_twin_does() => ApiGen.Range.Sample(twin => Same(twin, ToTwin(RangeOp.Parse(twin.ToByteArray()))));

    [Fact]
    public void A_put_request_reads_as_its_twin_does() => ApiGen.Put.Sample(twin => Same(twin, ToTwin(PutOp.Parse(twin.ToByteArray()))));

    [Fact]
    public void A_delete_request_reads_as_its_twin_does() =>
        ApiGen.DeleteRange.Sample(twin => Same(twin, ToTwin(DeleteRangeOp.Parse(twin.ToByteArray()))));

    [Fact]
    public void A_transaction_reads_as_its_twin_does() => ApiGen.Txn.Sample(twin => Same(twin, ToTwin(TxnOp.Parse(twin.ToByteArray()))));

    [Fact]
    public void Damaged_ranges_are_understood_alike_or_refused() =>
        Damaged(ApiGen.Range).Sample(bytes => Alike(bytes, RangeRequest.Parser, message => ToTwin(RangeOp.Parse(message))), iter: 20_000);

    [Fact]
    public void Damaged_puts_are_understood_alike_or_refused() =>
        Damaged(ApiGen.Put).Sample(bytes => Alike(bytes, PutRequest.Parser, message => ToTwin(PutOp.Parse(message))), iter: 20_000);

    [Fact]
    public void Damaged_deletes_are_understood_alike_or_refused() =>
        Damaged(ApiGen.DeleteRange)
            .Sample(bytes => Alike(bytes, DeleteRangeRequest.Parser, message => ToTwin(DeleteRangeOp.Parse(message))), iter: 20_000);

    [Fact]
    public void Damaged_transactions_never_end_in_another_exception() =>
        Damaged(ApiGen.Txn).Sample(
            bytes =>
            {
                try
                {
                    var txn = TxnOp.Parse(bytes);
                    KvChecks.Check(txn);
                    ToTwin(txn);
                }
                catch (MalformedMessageException)
                {
                }
            },
            iter: 20_000);

    [Fact]
    public void Unknown_fields_of_every_wire_type_are_skipped()
    {
        byte[] unknown = [0x78, 0x96, 0x01, 0x79, 1, 2, 3, 4, 5, 6, 7, 8, 0x7a, 2, 9, 9, 0x7b, 0x08, 0x01, 0x7c, 0x7d, 1, 2, 3, 4];
        var twin = new PutRequest { Key = ByteString.CopyFromUtf8("k"), Lease = 5 };
        var op = PutOp.Parse(unknown.Concat(twin.ToByteArray()).Concat(unknown).ToArray());
        Same(twin, ToTwin(op));
    }

    [Fact]
    public void The_last_of_a_repeated_field_wins()
    {
        var first = new PutRequest { Key = ByteString.CopyFromUtf8("a"), Lease = 1 }.ToByteArray();
        var second = new PutRequest { Key = ByteString.CopyFromUtf8("b") }.ToByteArray();
        var op = PutOp.Parse(first.Concat(second).ToArray());
        Assert.Equal("b"u8.ToArray(), op.Key.ToArray());
        Assert.Equal(1, op.Lease);
    }

    private static Gen<byte[]> Damaged<T>(Gen<T> messages) where T : IMessage => Gen.Select(
        messages, Gen.Select(Gen.Int[0, 1000], Gen.Byte, Gen.Int[0, 3]).Array[1, 3], (message, damages) =>
    {
        var bytes = message.ToByteArray().ToList();
        foreach (var (at, value, how) in damages)
        {
            var place = bytes.Count == 0 ? 0 : at % bytes.Count;
            switch (how)
            {
                case 0 when bytes.Count > 0: bytes[place] = value; break;
                case 1 when bytes.Count > 0: bytes.RemoveAt(place); break;
                case 2: bytes.Insert(place, value); break;
                default: bytes.RemoveRange(place, bytes.Count - place); break;
            }
        }

        return bytes.ToArray();
    });

    private static void Alike<T>(byte[] bytes, MessageParser<T> parser, Func<byte[], T> ours) where T : class, IMessage<T>
    {
        T? twin = null, parsed = null;
        try
        {
            twin = parser.WithDiscardUnknownFields(true).ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
        }

        try
        {
            parsed = ours(bytes);
        }
        catch (MalformedMessageException)
        {
        }

        if (parsed is not null && twin is not null)
        {
            Same(twin, parsed);
        }

        Assert.False(twin is null && parsed is not null, $"only the twin refuses {Convert.ToHexString(bytes)}");
    }

    private static void Same<T>(T twin, T parsed) where T : IMessage<T> => Assert.Equal(twin.ToString(), parsed.ToString());

    private static ByteString Bytes(ReadOnlyMemory<byte> memory) => ByteString.CopyFrom(memory.Span);

    private static RangeRequest ToTwin(RangeOp op) => new()
    {
        Key = Bytes(op.Key),
        RangeEnd = Bytes(op.RangeEnd),
        Limit = op.Limit,
        Revision = op.Revision,
        SortOrder = op.SortOrder,
        SortTarget = op.SortTarget,
        Serializable = op.Serializable,
        KeysOnly = op.KeysOnly,
        CountOnly = op.CountOnly,
        MinModRevision = op.MinModRevision,
        MaxModRevision = op.MaxModRevision,
        MinCreateRevision = op.MinCreateRevision,
        MaxCreateRevision = op.MaxCreateRevision,
    };

    private static PutRequest ToTwin(PutOp op) => new()
    {
        Key = Bytes(op.Key),
        Value = Bytes(op.Value),
        Lease = op.Lease,
        PrevKv = op.PrevKv,
        IgnoreValue = op.IgnoreValue,
        IgnoreLease = op.IgnoreLease,
    };

    private static DeleteRangeRequest ToTwin(DeleteRangeOp op) => new() { Key = Bytes(op.Key), RangeEnd = Bytes(op.RangeEnd), PrevKv = op.PrevKv };

    private static Compare ToTwin(CompareOp op)
    {
        var twin = new Compare { Result = op.Result, Target = op.Target, Key = Bytes(op.Key), RangeEnd = Bytes(op.RangeEnd) };
        switch (op.Union)
        {
            case Compare.TargetUnionOneofCase.Version: twin.Version = op.Number; break;
            case Compare.TargetUnionOneofCase.CreateRevision: twin.CreateRevision = op.Number; break;
            case Compare.TargetUnionOneofCase.ModRevision: twin.ModRevision = op.Number; break;
            case Compare.TargetUnionOneofCase.Value: twin.Value = Bytes(op.Value); break;
            case Compare.TargetUnionOneofCase.Lease: twin.Lease = op.Number; break;
        }

        return twin;
    }

    private static RequestOp ToTwin(TxnRequestOp op) => op.Kind switch
    {
        RequestOpKind.Range => new RequestOp { RequestRange = ToTwin(op.AsRange()) },
        RequestOpKind.Put => new RequestOp { RequestPut = ToTwin(op.AsPut()) },
        RequestOpKind.DeleteRange => new RequestOp { RequestDeleteRange = ToTwin(op.AsDeleteRange()) },
        RequestOpKind.Txn => new RequestOp { RequestTxn = ToTwin(op.AsTxn()) },
        _ => new RequestOp(),
    };

    private static TxnRequest ToTwin(TxnOp op) => new()
    {
        Compare = { op.Compare.Select(ToTwin) },
        Success = { op.Success.Select(ToTwin) },
        Failure = { op.Failure.Select(ToTwin) },
    };
}
