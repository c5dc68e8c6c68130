using EtcdEdge.StateMachine.Proto;

namespace EtcdEdge.StateMachine.Requests;

/// <summary>A TxnRequest over the client's own bytes (rpc.proto).</summary>
public sealed class TxnOp
{
    private TxnOp(CompareOp[] compare, TxnRequestOp[] success, TxnRequestOp[] failure)
    {
        Compare = compare;
        Success = success;
        Failure = failure;
    }

    internal CompareOp[] Compare { get; }

    internal TxnRequestOp[] Success { get; }

    internal TxnRequestOp[] Failure { get; }

    /// <summary>
    /// True when every operation of both branches is a range. etcd serves such a transaction from its store without the log; one that
    /// nests another transaction goes through the log even if that only reads (etcd v3_server.go, isTxnReadonly).
    /// </summary>
    public bool IsReadOnly => AllRanges(Success) && AllRanges(Failure);

    /// <summary>True when every operation is a serializable range.</summary>
    public bool IsSerializable => AllSerializable(Success) && AllSerializable(Failure);

    /// <summary>How many operations the branch has.</summary>
    public int CountOperations(bool succeeded) => (succeeded ? Success : Failure).Length;

    /// <summary>Parses a TxnRequest; its operations keep slices of <paramref name="message"/>.</summary>
    /// <exception cref="MalformedMessageException">The bytes are no protobuf message.</exception>
    public static TxnOp Parse(ReadOnlyMemory<byte> message)
    {
        var (compares, successes, failures) = CountFields(message);
        var compare = NewArray<CompareOp>(compares);
        var success = NewArray<TxnRequestOp>(successes);
        var failure = NewArray<TxnRequestOp>(failures);
        compares = successes = failures = 0;
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            switch (reader.Tag)
            {
                case (1 << 3) | ProtoReader.Bytes: compare[compares++] = CompareOp.Parse(reader.ReadBytes()); break;
                case (2 << 3) | ProtoReader.Bytes: success[successes++] = TxnRequestOp.Parse(reader.ReadBytes()); break;
                case (3 << 3) | ProtoReader.Bytes: failure[failures++] = TxnRequestOp.Parse(reader.ReadBytes()); break;
                default: reader.Skip(); break;
            }
        }

        return new TxnOp(compare, success, failure);
    }

    // Two walks over a few tags are cheaper than growing three lists.
    private static (int Compares, int Successes, int Failures) CountFields(ReadOnlyMemory<byte> message)
    {
        int compares = 0, successes = 0, failures = 0;
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            switch (reader.Tag)
            {
                case (1 << 3) | ProtoReader.Bytes: compares++; break;
                case (2 << 3) | ProtoReader.Bytes: successes++; break;
                case (3 << 3) | ProtoReader.Bytes: failures++; break;
            }

            reader.Skip();
        }

        return (compares, successes, failures);
    }

    private static T[] NewArray<T>(int length) => length == 0 ? [] : new T[length];

    private static bool AllRanges(TxnRequestOp[] ops) => Array.TrueForAll(ops, static op => op.Kind == RequestOpKind.Range);

    private static bool AllSerializable(TxnRequestOp[] ops) =>
        Array.TrueForAll(ops, static op => op.Kind == RequestOpKind.Range && op.AsRange().Serializable);
}
