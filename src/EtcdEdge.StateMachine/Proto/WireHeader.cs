namespace EtcdEdge.StateMachine.Proto;

/// <summary>The fields of a ResponseHeader (rpc.proto). <see cref="Revision"/> is the store's revision when the request was served.</summary>
public readonly record struct WireHeader(ulong ClusterId, ulong MemberId, long Revision, ulong RaftTerm)
{
    /// <summary>The header of an operation within a transaction: etcd fills nothing but the revision there.</summary>
    internal static WireHeader OfRevision(long revision) => new(0, 0, revision, 0);

    internal int Size =>
        ProtoWriter.SizeOf(1, (long)ClusterId) + ProtoWriter.SizeOf(2, (long)MemberId) + ProtoWriter.SizeOf(3, Revision)
        + ProtoWriter.SizeOf(4, (long)RaftTerm);

    /// <summary>The size of the header as field 1 of a response.</summary>
    internal int FieldSize => ProtoWriter.SizeOfMessage(1, Size);

    internal void WriteField(ref ProtoWriter writer)
    {
        writer.MessageStart(1, Size);
        writer.Number(1, (long)ClusterId);
        writer.Number(2, (long)MemberId);
        writer.Number(3, Revision);
        writer.Number(4, (long)RaftTerm);
    }
}
