using EtcdEdge.StateMachine.Proto;

namespace EtcdEdge.StateMachine.Requests;

/// <summary>A TxnResponse (rpc.proto).</summary>
public sealed class TxnResult : KvResult
{
    /// <summary>True when the compares held and the success branch was taken.</summary>
    public bool Succeeded { get; init; }

    /// <summary>The answers in the order of the branch's operations.</summary>
    public required TxnResponseOp[] Responses { get; init; }

    internal override int BodySize
    {
        get
        {
            var size = ProtoWriter.SizeOf(2, Succeeded ? 1 : 0);
            foreach (var response in Responses)
            {
                size += ProtoWriter.SizeOfMessage(3, response.Size);
            }

            return size;
        }
    }

    internal override void WriteBody(ref ProtoWriter writer)
    {
        writer.Bool(2, Succeeded);
        foreach (var response in Responses)
        {
            writer.MessageStart(3, response.Size);
            response.Write(ref writer);
        }
    }
}
