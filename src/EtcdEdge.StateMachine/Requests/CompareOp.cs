using EtcdEdge.Api;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Proto;

namespace EtcdEdge.StateMachine.Requests;

/// <summary>One comparison of a transaction (rpc.proto, Compare): every record of the range must fulfil it.</summary>
public struct CompareOp
{
    public Compare.Types.CompareResult Result { readonly get; set; }
    public Compare.Types.CompareTarget Target { readonly get; set; }
    public ReadOnlyMemory<byte> Key { readonly get; set; }
    public ReadOnlyMemory<byte> RangeEnd { readonly get; set; }

    /// <summary>Which member of the oneof was sent last. When it is not the target's own, the comparison is with zero or with empty bytes.</summary>
    public Compare.TargetUnionOneofCase Union { readonly get; set; }

    /// <summary>The version, create_revision, mod_revision or lease to compare with.</summary>
    public long Number { readonly get; set; }

    /// <summary>The value to compare with.</summary>
    public ReadOnlyMemory<byte> Value { readonly get; set; }

    public readonly KeyRange Range => new(Key, RangeEnd);

    /// <summary>Parses a Compare; key, range_end and value are slices of <paramref name="message"/>.</summary>
    /// <exception cref="MalformedMessageException">The bytes are no protobuf message.</exception>
    public static CompareOp Parse(ReadOnlyMemory<byte> message)
    {
        var op = default(CompareOp);
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            switch (reader.Tag)
            {
                case 1 << 3: op.Result = (Compare.Types.CompareResult)reader.ReadEnum(); break;
                case 2 << 3: op.Target = (Compare.Types.CompareTarget)reader.ReadEnum(); break;
                case (3 << 3) | ProtoReader.Bytes: op.Key = reader.ReadBytes(); break;
                case 4 << 3: op.With(Compare.TargetUnionOneofCase.Version, reader.ReadInt64()); break;
                case 5 << 3: op.With(Compare.TargetUnionOneofCase.CreateRevision, reader.ReadInt64()); break;
                case 6 << 3: op.With(Compare.TargetUnionOneofCase.ModRevision, reader.ReadInt64()); break;
                case (7 << 3) | ProtoReader.Bytes: op.With(reader.ReadBytes()); break;
                case 8 << 3: op.With(Compare.TargetUnionOneofCase.Lease, reader.ReadInt64()); break;
                case (64 << 3) | ProtoReader.Bytes: op.RangeEnd = reader.ReadBytes(); break;
                default: reader.Skip(); break;
            }
        }

        return op;
    }

    /// <summary>True when <paramref name="record"/> fulfils the comparison; null is a key that does not exist.</summary>
    public readonly bool HoldsFor(Record? record) => Target switch
    {
        // Empty bytes and no value look the same on the wire, so a missing key equals no value (etcd server/etcdserver/txn, applyCompare).
        Compare.Types.CompareTarget.Value => record is not null && Holds(record.Value.Span.SequenceCompareTo(Value.Span)),
        Compare.Types.CompareTarget.Version => Holds((record?.Version ?? 0).CompareTo(Operand(Compare.TargetUnionOneofCase.Version))),
        Compare.Types.CompareTarget.Create => Holds((record?.CreateRevision ?? 0).CompareTo(Operand(Compare.TargetUnionOneofCase.CreateRevision))),
        Compare.Types.CompareTarget.Mod => Holds((record?.ModRevision ?? 0).CompareTo(Operand(Compare.TargetUnionOneofCase.ModRevision))),
        Compare.Types.CompareTarget.Lease => Holds((record?.Lease ?? 0).CompareTo(Operand(Compare.TargetUnionOneofCase.Lease))),
        _ => Holds(0),
    };

    private readonly bool Holds(int order) => Result switch
    {
        Compare.Types.CompareResult.Equal => order == 0,
        Compare.Types.CompareResult.Greater => order > 0,
        Compare.Types.CompareResult.Less => order < 0,
        Compare.Types.CompareResult.NotEqual => order != 0,
        // etcd accepts an unknown result.
        _ => true,
    };

    private readonly long Operand(Compare.TargetUnionOneofCase wanted) => Union == wanted ? Number : 0;

    private void With(Compare.TargetUnionOneofCase union, long number)
    {
        Union = union;
        Number = number;
        Value = default;
    }

    private void With(ReadOnlyMemory<byte> value)
    {
        Union = Compare.TargetUnionOneofCase.Value;
        Number = 0;
        Value = value;
    }
}
