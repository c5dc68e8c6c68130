using EtcdEdge.StateMachine.Proto;

namespace EtcdEdge.StateMachine.Requests;

/// <summary>A PutRequest over the client's own bytes (rpc.proto).</summary>
public struct PutOp
{
    public ReadOnlyMemory<byte> Key { readonly get; set; }
    public ReadOnlyMemory<byte> Value { readonly get; set; }
    public long Lease { readonly get; set; }
    public bool PrevKv { readonly get; set; }
    public bool IgnoreValue { readonly get; set; }
    public bool IgnoreLease { readonly get; set; }

    /// <summary>Parses a PutRequest; key and value are slices of <paramref name="message"/>.</summary>
    /// <exception cref="MalformedMessageException">The bytes are no protobuf message.</exception>
    public static PutOp Parse(ReadOnlyMemory<byte> message)
    {
        var op = default(PutOp);
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            switch (reader.Tag)
            {
                case (1 << 3) | ProtoReader.Bytes: op.Key = reader.ReadBytes(); break;
                case (2 << 3) | ProtoReader.Bytes: op.Value = reader.ReadBytes(); break;
                case 3 << 3: op.Lease = reader.ReadInt64(); break;
                case 4 << 3: op.PrevKv = reader.ReadBool(); break;
                case 5 << 3: op.IgnoreValue = reader.ReadBool(); break;
                case 6 << 3: op.IgnoreLease = reader.ReadBool(); break;
                default: reader.Skip(); break;
            }
        }

        return op;
    }
}
