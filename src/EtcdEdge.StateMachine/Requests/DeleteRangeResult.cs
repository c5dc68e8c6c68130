using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Proto;

namespace EtcdEdge.StateMachine.Requests;

/// <summary>A DeleteRangeResponse (rpc.proto).</summary>
public sealed class DeleteRangeResult : KvResult
{
    /// <summary>Keys deleted.</summary>
    public long Deleted { get; init; }

    /// <summary>The deleted records, in key order, if requested.</summary>
    public ReadOnlyMemory<Record> Previous { get; init; }

    internal override int BodySize
    {
        get
        {
            var size = ProtoWriter.SizeOf(2, Deleted);
            foreach (var record in Previous.Span)
            {
                size += RecordCodec.FieldSize(3, record);
            }

            return size;
        }
    }

    internal override void WriteBody(ref ProtoWriter writer)
    {
        writer.Number(2, Deleted);
        foreach (var record in Previous.Span)
        {
            RecordCodec.WriteField(3, record, ref writer);
        }
    }
}
