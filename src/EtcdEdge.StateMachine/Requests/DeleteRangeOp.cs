using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Proto;

namespace EtcdEdge.StateMachine.Requests;

/// <summary>A DeleteRangeRequest over the client's own bytes (rpc.proto).</summary>
public struct DeleteRangeOp
{
    public ReadOnlyMemory<byte> Key { readonly get; set; }
    public ReadOnlyMemory<byte> RangeEnd { readonly get; set; }
    public bool PrevKv { readonly get; set; }

    public readonly KeyRange Range => new(Key, RangeEnd);

    /// <summary>Parses a DeleteRangeRequest; key and range_end are slices of <paramref name="message"/>.</summary>
    /// <exception cref="MalformedMessageException">The bytes are no protobuf message.</exception>
    public static DeleteRangeOp Parse(ReadOnlyMemory<byte> message)
    {
        var op = default(DeleteRangeOp);
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            switch (reader.Tag)
            {
                case (1 << 3) | ProtoReader.Bytes: op.Key = reader.ReadBytes(); break;
                case (2 << 3) | ProtoReader.Bytes: op.RangeEnd = reader.ReadBytes(); break;
                case 3 << 3: op.PrevKv = reader.ReadBool(); break;
                default: reader.Skip(); break;
            }
        }

        return op;
    }
}
