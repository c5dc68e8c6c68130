using EtcdEdge.StateMachine.Proto;

namespace EtcdEdge.StateMachine.Requests;

/// <summary>
/// One answer within a transaction's response. Its header holds the revision only; a nested transaction's header is present and empty.
/// </summary>
public readonly record struct TxnResponseOp(RequestOpKind Kind, KvResult Result, long Revision)
{
    private WireHeader Header => WireHeader.OfRevision(Revision);

    internal int Size => ProtoWriter.SizeOfMessage((int)Kind, Result.SizeOf(Header));

    internal void Write(ref ProtoWriter writer)
    {
        writer.MessageStart((int)Kind, Result.SizeOf(Header));
        Result.Write(Header, ref writer);
    }
}
