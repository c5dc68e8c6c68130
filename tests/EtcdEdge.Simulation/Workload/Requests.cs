using System.Buffers;
using EtcdEdge.Api;
using EtcdEdge.Simulation.Checkers;
using EtcdEdge.StateMachine;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Requests;
using Google.Protobuf;

namespace EtcdEdge.Simulation.Workload;

/// <summary>Operations as a client's bytes, and answers as outcomes.</summary>
internal static class Requests
{
    public static (RequestKind Kind, ReadOnlySequence<byte> Bytes) Of(Operation operation, int valueBytes)
    {
        var (kind, message) = operation.Kind switch
        {
            OperationKind.Put => (RequestKind.Put, (IMessage)Put(operation, operation.Key, valueBytes)),
            OperationKind.Delete => (RequestKind.DeleteRange, new DeleteRangeRequest { Key = Key(operation.Key) }),
            OperationKind.Grant => (RequestKind.LeaseGrant, new LeaseGrantRequest { ID = operation.Lease, TTL = operation.Expected }),
            _ => (RequestKind.Txn, Txn(operation, valueBytes)),
        };
        return (kind, Bytes(message));
    }

    public static ReadOnlySequence<byte> Compaction(long revision) => Bytes(new CompactionRequest { Revision = revision });

    public static RangeOp Range(int key, long revision) => key == Operation.AllKeys
        ? new RangeOp { Key = new byte[] { 0 }, RangeEnd = new byte[] { 0 }, Revision = revision }
        : new RangeOp { Key = KeySpace.Key(key), Revision = revision };

    public static Outcome OutcomeOf(in ApplyResult result) => result.Response switch
    {
        DeleteRangeResult deleted => new Outcome { Revision = result.Revision, Deleted = deleted.Deleted },
        TxnResult txn => new Outcome
        {
            Revision = result.Revision,
            Succeeded = txn.Succeeded,
            Cells = txn.Succeeded ? [] : Cells(0, 1, ((RangeResult)txn.Responses[0].Result).Records.Span),
        },
        _ => new Outcome { Error = result.Error, Revision = result.Revision },
    };

    /// <summary>A range over one key is the cell if it exists; over all it is one cell per key.</summary>
    public static Cell[] Cells(int key, int keys, ReadOnlySpan<Record> records)
    {
        if (key != Operation.AllKeys)
        {
            return records.IsEmpty ? [] : [KeySpace.CellOf(records[0])];
        }

        var cells = new Cell[keys];
        foreach (var record in records)
        {
            cells[KeySpace.NumberOf(record.Key.Span)] = KeySpace.CellOf(record);
        }

        return cells;
    }

    private static TxnRequest Txn(Operation operation, int valueBytes)
    {
        var txn = new TxnRequest();
        txn.Compare.Add(new Compare
        {
            Key = Key(operation.Key),
            Target = Compare.Types.CompareTarget.Mod,
            Result = Compare.Types.CompareResult.Equal,
            ModRevision = operation.Expected,
        });
        txn.Success.Add(operation.Kind == OperationKind.CompareAndPut
            ? new RequestOp { RequestPut = Put(operation, operation.Key, valueBytes) }
            : new RequestOp { RequestDeleteRange = new DeleteRangeRequest { Key = Key(operation.Key) } });
        txn.Success.Add(new RequestOp { RequestPut = Put(operation, operation.OtherKey, valueBytes) });
        txn.Failure.Add(new RequestOp { RequestRange = new RangeRequest { Key = Key(operation.Key) } });
        return txn;
    }

    private static PutRequest Put(Operation operation, int key, int valueBytes) => new()
    {
        Key = Key(key),
        Value = ByteString.CopyFrom(KeySpace.Value(operation.Id, 1 + (operation.Id * 7919 % valueBytes))),
        Lease = operation.Lease,
    };

    private static ByteString Key(int number) => ByteString.CopyFrom(KeySpace.Key(number));

    private static ReadOnlySequence<byte> Bytes(IMessage message) => new(message.ToByteArray());
}
