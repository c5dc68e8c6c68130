using EtcdEdge.StateMachine.Proto;

namespace EtcdEdge.StateMachine.Requests;

/// <summary>
/// One operation of a transaction's branch: its kind and its bytes, parsed on use. The checks before the log parse every operation, the node loop
/// only those of the branch it takes.
/// </summary>
public readonly struct TxnRequestOp
{
    private readonly ReadOnlyMemory<byte> _message;

    private TxnRequestOp(RequestOpKind kind, ReadOnlyMemory<byte> message)
    {
        Kind = kind;
        _message = message;
    }

    public RequestOpKind Kind { get; }

    public RangeOp AsRange() => RangeOp.Parse(_message);

    public PutOp AsPut() => PutOp.Parse(_message);

    public DeleteRangeOp AsDeleteRange() => DeleteRangeOp.Parse(_message);

    public TxnOp AsTxn() => TxnOp.Parse(_message);

    /// <summary>
    /// Parses a RequestOp's outer message (rpc.proto, RequestOp). Of a oneof sent twice the last one counts, whole, as in etcd's own parser.
    /// </summary>
    /// <exception cref="MalformedMessageException">The bytes are no protobuf message.</exception>
    public static TxnRequestOp Parse(ReadOnlyMemory<byte> message)
    {
        var op = default(TxnRequestOp);
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            switch (reader.Tag)
            {
                case (1 << 3) | ProtoReader.Bytes: op = new TxnRequestOp(RequestOpKind.Range, reader.ReadBytes()); break;
                case (2 << 3) | ProtoReader.Bytes: op = new TxnRequestOp(RequestOpKind.Put, reader.ReadBytes()); break;
                case (3 << 3) | ProtoReader.Bytes: op = new TxnRequestOp(RequestOpKind.DeleteRange, reader.ReadBytes()); break;
                case (4 << 3) | ProtoReader.Bytes: op = new TxnRequestOp(RequestOpKind.Txn, reader.ReadBytes()); break;
                default: reader.Skip(); break;
            }
        }

        return op;
    }
}
