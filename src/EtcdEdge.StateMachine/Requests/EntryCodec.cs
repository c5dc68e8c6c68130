using System.Buffers;
using System.Text;
using EtcdEdge.Base;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Proto;

namespace EtcdEdge.StateMachine.Requests;

/// <summary>The data of a log entry: etcd's InternalRaftRequest (raft_internal.proto) with a header and exactly one request.</summary>
public static class EntryCodec
{
    private const int IdField = 1;
    private const int UsernameField = 2;
    private const int AuthRevisionField = 3;
    private const int HeaderField = 100;

    /// <summary>
    /// The entry's data around a client's message, which is copied once and not looked into. The header comes first, so that a reader finds
    /// the id without walking the request.
    /// </summary>
    public static byte[] Encode(ulong requestId, RequestKind kind, in ReadOnlySequence<byte> payload, in AuthInfo who = default)
    {
        var usernameLength = who.IsNone ? 0 : Encoding.UTF8.GetByteCount(who.Username!);
        var headerSize = ProtoWriter.SizeOf(IdField, (long)requestId)
            + (usernameLength == 0 ? 0 : ProtoWriter.SizeOfMessage(UsernameField, usernameLength))
            + ProtoWriter.SizeOf(AuthRevisionField, (long)who.Revision);
        var length = checked((int)payload.Length);
        var entry = new byte[ProtoWriter.SizeOfMessage(HeaderField, headerSize) + ProtoWriter.SizeOfMessage((int)kind, length)];
        var at = WriteStart(entry, HeaderField, headerSize);
        at += WriteHeader(entry.AsSpan(at), requestId, who, usernameLength);
        at += WriteStart(entry.AsSpan(at), (int)kind, length);
        payload.CopyTo(entry.AsSpan(at));
        return entry;
    }

    private static int WriteHeader(Span<byte> output, ulong requestId, in AuthInfo who, int usernameLength)
    {
        var at = WriteNumber(output, IdField, requestId);
        if (usernameLength > 0)
        {
            at += WriteStart(output[at..], UsernameField, usernameLength);
            at += Encoding.UTF8.GetBytes(who.Username, output[at..]);
        }

        return at + WriteNumber(output[at..], AuthRevisionField, who.Revision);
    }

    private static int WriteNumber(Span<byte> output, int field, ulong value)
    {
        if (value == 0)
        {
            return 0;
        }

        output[0] = (byte)(field << 3);
        return 1 + Varint.Write(output[1..], value);
    }

    /// <summary>Finds the request in an entry's data. Allocates nothing but a user's name. Of several requests the last one counts.</summary>
    /// <exception cref="MalformedMessageException">The bytes are no protobuf message.</exception>
    public static LoggedRequest Parse(ReadOnlyMemory<byte> entry)
    {
        ulong outerId = 0, headerId = 0;
        AuthInfo who = default;
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
                    (headerId, who) = ParseHeader(reader.ReadBytes());
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

        return new LoggedRequest(outerId != 0 ? outerId : headerId, kind, payload, who);
    }

    private static bool IsRequest(uint tag) => (tag & 7) == ProtoReader.Bytes && Enum.IsDefined((RequestKind)(tag >> 3));

    private static (ulong Id, AuthInfo Who) ParseHeader(ReadOnlyMemory<byte> header)
    {
        ulong id = 0, revision = 0;
        string? username = null;
        var reader = new ProtoReader(header);
        while (reader.Next())
        {
            switch (reader.Tag)
            {
                case IdField << 3: id = reader.ReadVarint(); break;
                case (UsernameField << 3) | ProtoReader.Bytes: username = Encoding.UTF8.GetString(reader.ReadBytes().Span); break;
                case AuthRevisionField << 3: revision = reader.ReadVarint(); break;
                default: reader.Skip(); break;
            }
        }

        return (id, new AuthInfo(username, revision));
    }

    private static int WriteStart(Span<byte> output, int field, int length)
    {
        var at = Varint.Write(output, ((uint)field << 3) | ProtoReader.Bytes);
        return at + Varint.Write(output[at..], (ulong)length);
    }
}
