using System.Buffers;

namespace EtcdEdge.StateMachine.Wire;

/// <summary>The data of a log entry: etcd's InternalRaftRequest (raft_internal.proto) with a header and exactly one request.</summary>
public static class EntryCodec
{
    private const int IdField = 1;
    private const int HeaderField = 100;

    /// <summary>
    /// The entry's data around a client's message, which is copied once and not looked into. The header comes first, so that a reader finds
    /// the id without walking the request.
    /// </summary>
    public static byte[] Encode(ulong requestId, RequestKind kind, in ReadOnlySequence<byte> payload)
    {
        int headerSize = ProtoWriter.SizeOf(IdField, (long)requestId);
        int length = checked((int)payload.Length);
        var entry = new byte[ProtoWriter.SizeOfMessage(HeaderField, headerSize) + ProtoWriter.SizeOfMessage((int)kind, length)];
        int at = WriteStart(entry, HeaderField, headerSize);
        if (requestId != 0)
        {
            entry[at++] = IdField << 3;
            at += WriteVarint(entry.AsSpan(at), requestId);
        }
        at += WriteStart(entry.AsSpan(at), (int)kind, length);
        payload.CopyTo(entry.AsSpan(at));
        return entry;
    }

    /// <summary>Finds the request in an entry's data. Allocates nothing. Of several requests the last one counts.</summary>
    /// <exception cref="MalformedMessageException">The bytes are no protobuf message.</exception>
    public static LoggedRequest Parse(ReadOnlyMemory<byte> entry)
    {
        ulong outerId = 0, headerId = 0;
        RequestKind kind = 0;
        ReadOnlyMemory<byte> payload = default;
        var reader = new ProtoReader(entry);
        while (reader.Next())
        {
            switch (reader.Tag)
            {
                case IdField << 3:
                    outerId = reader.ReadVarint();
                    break;
                case (HeaderField << 3) | ProtoReader.Bytes:
                    headerId = ParseHeader(reader.ReadBytes());
                    break;
                case uint tag when IsRequest(tag):
                    kind = (RequestKind)(tag >> 3);
                    payload = reader.ReadBytes();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
        return new LoggedRequest(outerId != 0 ? outerId : headerId, kind, payload);
    }

    private static bool IsRequest(uint tag) => (tag & 7) == ProtoReader.Bytes && Enum.IsDefined((RequestKind)(tag >> 3));

    private static ulong ParseHeader(ReadOnlyMemory<byte> header)
    {
        ulong id = 0;
        var reader = new ProtoReader(header);
        while (reader.Next())
        {
            if (reader.Tag == IdField << 3)
            {
                id = reader.ReadVarint();
                continue;
            }
            reader.Skip();
        }
        return id;
    }

    private static int WriteStart(Span<byte> output, int field, int length)
    {
        int at = WriteVarint(output, ((uint)field << 3) | ProtoReader.Bytes);
        return at + WriteVarint(output[at..], (ulong)length);
    }

    private static int WriteVarint(Span<byte> output, ulong value)
    {
        int at = 0;
        for (; value >= 0x80; value >>= 7)
        {
            output[at++] = (byte)(value | 0x80);
        }
        output[at++] = (byte)value;
        return at;
    }
}
