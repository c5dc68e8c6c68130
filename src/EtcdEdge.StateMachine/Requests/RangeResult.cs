using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Proto;

namespace EtcdEdge.StateMachine.Requests;

/// <summary>A RangeResponse (rpc.proto): the records themselves, shared with the store.</summary>
public sealed class RangeResult : KvResult
{
    /// <summary>The records in the requested order, cut to the limit.</summary>
    public ReadOnlyMemory<Record> Records { get; init; }

    /// <summary>Keys in the range, regardless of limit and revision filters.</summary>
    public long Count { get; init; }

    /// <summary>True when the limit cut records off.</summary>
    public bool More { get; init; }

    /// <summary>True when values are to be left out of the response.</summary>
    public bool KeysOnly { get; init; }

    internal override int BodySize
    {
        get
        {
            var size = ProtoWriter.SizeOf(3, More ? 1 : 0) + ProtoWriter.SizeOf(4, Count);
            foreach (var record in Records.Span)
            {
                size += RecordCodec.FieldSize(2, record, KeysOnly);
            }

            return size;
        }
    }

    internal override void WriteBody(ref ProtoWriter writer)
    {
        foreach (var record in Records.Span)
        {
            RecordCodec.WriteField(2, record, ref writer, KeysOnly);
        }

        writer.Bool(3, More);
        writer.Number(4, Count);
    }
}
