using System.Buffers;
using CsCheck;
using EtcdEdge.Api;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Proto;
using EtcdEdge.StateMachine.Requests;
using Google.Protobuf;
using Xunit;
using Record = EtcdEdge.StateMachine.Model.Record;

namespace EtcdEdge.StateMachine.Tests.Wire;

/// <summary>The response writers: their bytes are those the generated protobuf classes write, and as many as announced.</summary>
public sealed class ResponseTwinTests
{
    private static readonly Gen<Record> s_records =
        Gen.Select(Gen.Byte.Array[1, 40], Gen.Byte.Array[0, 300], Gen.Long[1, long.MaxValue].Array[3], Gen.Long, (key, value, numbers, lease) =>
            new Record
            {
                Key = key,
                Value = value,
                ModRevision = numbers[0],
                CreateRevision = numbers[1],
                Version = numbers[2],
                Lease = lease,
            });

    private static readonly Gen<WireHeader> s_headers =
        Gen.Select(Gen.ULong, Gen.ULong, Gen.Long[0, 1 << 20], Gen.ULong[0, 5], (cluster, member, revision, term) =>
            new WireHeader(cluster, member, revision, term));

    private static readonly Gen<RangeResult> s_ranges =
        Gen.Select(s_records.Array[0, 5], Gen.Long[0, 500], Gen.Bool, Gen.Bool, (records, count, more, keysOnly) =>
            new RangeResult { Records = records, Count = count, More = more, KeysOnly = keysOnly });

    private static readonly Gen<PutResult> s_puts = Gen.Select(s_records, Gen.Bool, (record, has) => PutResult.Of(has ? record : null));

    private static readonly Gen<DeleteRangeResult> s_deletes =
        Gen.Select(s_records.Array[0, 4], Gen.Long[0, 9], (records, deleted) => new DeleteRangeResult { Deleted = deleted, Previous = records });

    [Fact]
    public void A_range_result_writes_what_its_twin_writes() =>
        Gen.Select(s_headers, s_ranges).Sample((header, result) => Same(ToTwin(header, result), header, result));

    [Fact]
    public void A_put_result_writes_what_its_twin_writes() =>
        Gen.Select(s_headers, s_puts).Sample((header, result) => Same(ToTwin(header, result), header, result));

    [Fact]
    public void A_delete_result_writes_what_its_twin_writes() =>
        Gen.Select(s_headers, s_deletes).Sample((header, result) => Same(ToTwin(header, result), header, result));

    [Fact]
    public void A_nested_transaction_writes_what_its_twin_writes() =>
        Gen.Select(s_headers, s_ranges, s_puts, s_deletes, Gen.Bool).Sample((header, range, put, delete, succeeded) =>
        {
            var inner = new TxnResult
            {
                Succeeded = !succeeded,
                Responses = [new(RequestOpKind.Put, put, 9), new(RequestOpKind.DeleteRange, delete, 9)]
            };
            var outer = new TxnResult { Succeeded = succeeded, Responses = [new(RequestOpKind.Range, range, 300), new(RequestOpKind.Txn, inner, 0)] };
            var innerTwin = new TxnResponse { Header = new ResponseHeader(), Succeeded = !succeeded };
            innerTwin.Responses.Add(new ResponseOp { ResponsePut = ToTwin(new WireHeader(0, 0, 9, 0), put) });
            innerTwin.Responses.Add(new ResponseOp { ResponseDeleteRange = ToTwin(new WireHeader(0, 0, 9, 0), delete) });
            var twin = new TxnResponse { Header = ToTwin(header), Succeeded = succeeded };
            twin.Responses.Add(new ResponseOp { ResponseRange = ToTwin(new WireHeader(0, 0, 300, 0), range) });
            twin.Responses.Add(new ResponseOp { ResponseTxn = innerTwin });
            Same(twin, header, outer);
        });

    private static void Same(IMessage twin, in WireHeader header, KvResult result)
    {
        var output = new DribblingWriter();
        result.Write(header, output);
        Assert.Equal(twin.CalculateSize(), result.SizeOf(header));
        Assert.Equal(twin.ToByteArray(), output.Written);
    }

    private static ResponseHeader ToTwin(WireHeader header) =>
        new() { ClusterId = header.ClusterId, MemberId = header.MemberId, Revision = header.Revision, RaftTerm = header.RaftTerm };

    private static KeyValue ToTwin(Record record, bool keysOnly = false) => new()
    {
        Key = ByteString.CopyFrom(record.Key.Span),
        Value = keysOnly ? ByteString.Empty : ByteString.CopyFrom(record.Value.Span),
        CreateRevision = record.CreateRevision,
        ModRevision = record.ModRevision,
        Version = record.Version,
        Lease = record.Lease,
    };

    private static RangeResponse ToTwin(WireHeader header, RangeResult result) => new()
    {
        Header = ToTwin(header),
        Kvs = { result.Records.ToArray().Select(record => ToTwin(record, result.KeysOnly)) },
        More = result.More,
        Count = result.Count,
    };

    private static PutResponse ToTwin(WireHeader header, PutResult result) =>
        new() { Header = ToTwin(header), PrevKv = result.Previous is null ? null : ToTwin(result.Previous) };

    private static DeleteRangeResponse ToTwin(WireHeader header, DeleteRangeResult result) =>
        new() { Header = ToTwin(header), Deleted = result.Deleted, PrevKvs = { result.Previous.ToArray().Select(record => ToTwin(record)) } };

    // Hands out no more than it is asked for, so that every value crosses the borders of many buffers.
    private sealed class DribblingWriter : IBufferWriter<byte>
    {
        private readonly List<byte> _written = [];
        private byte[] _buffer = [];

        public byte[] Written => [.. _written];

        public void Advance(int count) => _written.AddRange(_buffer.AsSpan(0, count));

        public Memory<byte> GetMemory(int sizeHint = 0) => _buffer = new byte[Math.Max(1, sizeHint)];

        public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
    }
}
