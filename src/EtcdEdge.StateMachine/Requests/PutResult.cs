using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Proto;

namespace EtcdEdge.StateMachine.Requests;

/// <summary>A PutResponse (rpc.proto).</summary>
public sealed class PutResult : KvResult
{
    private PutResult(Record? previous) => Previous = previous;

    /// <summary>The previous record, if requested and existing.</summary>
    public Record? Previous { get; }

    /// <summary>The answer to nearly every put; shared, since it holds nothing.</summary>
    public static PutResult Plain { get; } = new(null);

    public static PutResult Of(Record? previous) => previous is null ? Plain : new PutResult(previous);

    internal override int BodySize => Previous is null ? 0 : RecordCodec.FieldSize(2, Previous);

    internal override void WriteBody(ref ProtoWriter writer)
    {
        if (Previous is not null)
        {
            RecordCodec.WriteField(2, Previous, ref writer);
        }
    }
}
