using EtcdEdge.Api;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Proto;

namespace EtcdEdge.StateMachine.Requests;

/// <summary>A RangeRequest over the client's own bytes (rpc.proto). Field meanings are etcd's.</summary>
public struct RangeOp
{
    public ReadOnlyMemory<byte> Key { readonly get; set; }
    public ReadOnlyMemory<byte> RangeEnd { readonly get; set; }
    public long Limit { readonly get; set; }
    public long Revision { readonly get; set; }
    public RangeRequest.Types.SortOrder SortOrder { readonly get; set; }
    public RangeRequest.Types.SortTarget SortTarget { readonly get; set; }
    public bool Serializable { readonly get; set; }
    public bool KeysOnly { readonly get; set; }
    public bool CountOnly { readonly get; set; }
    public long MinModRevision { readonly get; set; }
    public long MaxModRevision { readonly get; set; }
    public long MinCreateRevision { readonly get; set; }
    public long MaxCreateRevision { readonly get; set; }

    public readonly KeyRange Range => new(Key, RangeEnd);

    /// <summary>True when the result cannot be cut to the limit before every record of the range has been seen.</summary>
    internal readonly bool NeedsWholeRange => SortOrder != RangeRequest.Types.SortOrder.None || HasFilter;

    internal readonly bool HasFilter => (MinModRevision | MaxModRevision | MinCreateRevision | MaxCreateRevision) != 0;

    /// <summary>
    /// True when the records must be sorted other than in the tree's order: a target other than the key means ascending unless an order is given.
    /// </summary>
    internal readonly bool NeedsSort => SortOrder != RangeRequest.Types.SortOrder.None || SortTarget != RangeRequest.Types.SortTarget.Key;

    /// <summary>Parses a RangeRequest; key and range_end are slices of <paramref name="message"/>.</summary>
    /// <exception cref="MalformedMessageException">The bytes are no protobuf message.</exception>
    public static RangeOp Parse(ReadOnlyMemory<byte> message)
    {
        var op = default(RangeOp);
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            switch (reader.Tag)
            {
                case (1 << 3) | ProtoReader.Bytes: op.Key = reader.ReadBytes(); break;
                case (2 << 3) | ProtoReader.Bytes: op.RangeEnd = reader.ReadBytes(); break;
                case 3 << 3: op.Limit = reader.ReadInt64(); break;
                case 4 << 3: op.Revision = reader.ReadInt64(); break;
                case 5 << 3: op.SortOrder = (RangeRequest.Types.SortOrder)reader.ReadEnum(); break;
                case 6 << 3: op.SortTarget = (RangeRequest.Types.SortTarget)reader.ReadEnum(); break;
                case 7 << 3: op.Serializable = reader.ReadBool(); break;
                case 8 << 3: op.KeysOnly = reader.ReadBool(); break;
                case 9 << 3: op.CountOnly = reader.ReadBool(); break;
                case 10 << 3: op.MinModRevision = reader.ReadInt64(); break;
                case 11 << 3: op.MaxModRevision = reader.ReadInt64(); break;
                case 12 << 3: op.MinCreateRevision = reader.ReadInt64(); break;
                case 13 << 3: op.MaxCreateRevision = reader.ReadInt64(); break;
                default: reader.Skip(); break;
            }
        }

        return op;
    }
}
