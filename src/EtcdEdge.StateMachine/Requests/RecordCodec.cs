using System.Buffers;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Proto;

namespace EtcdEdge.StateMachine.Requests;

/// <summary>A record as mvccpb.KeyValue (kv.proto).</summary>
public static class RecordCodec
{
    /// <summary>The message's exact size in bytes. With <paramref name="keyOnly"/> the value is left out and everything else stays.</summary>
    public static int SizeOf(Record record, bool keyOnly = false) =>
        ProtoWriter.SizeOf(1, record.Key) + ProtoWriter.SizeOf(2, record.CreateRevision) + ProtoWriter.SizeOf(3, record.ModRevision)
        + ProtoWriter.SizeOf(4, record.Version) + (keyOnly ? 0 : ProtoWriter.SizeOf(5, record.Value)) + ProtoWriter.SizeOf(6, record.Lease);

    /// <summary>Writes the message, <see cref="SizeOf"/> bytes.</summary>
    public static void Write(Record record, IBufferWriter<byte> output, bool keyOnly = false)
    {
        var writer = new ProtoWriter(output);
        Write(record, ref writer, keyOnly);
        writer.Flush();
    }

    /// <summary>Reads the message; the record's key and value are slices of it.</summary>
    /// <param name="message">mvccpb.KeyValue; its own mod_revision is ignored.</param>
    /// <param name="revision">The revision it is stored under.</param>
    /// <param name="isTombstone">Only the key counts then.</param>
    /// <exception cref="MalformedMessageException">It is no such message.</exception>
    public static Record Parse(ReadOnlyMemory<byte> message, Revision revision, bool isTombstone)
    {
        ReadOnlyMemory<byte> key = default, value = default;
        long createRevision = 0, version = 0, lease = 0;
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            switch (reader.Tag)
            {
                case (1 << 3) | ProtoReader.Bytes: key = reader.ReadBytes(); break;
                case 2 << 3: createRevision = reader.ReadInt64(); break;
                case 4 << 3: version = reader.ReadInt64(); break;
                case (5 << 3) | ProtoReader.Bytes: value = reader.ReadBytes(); break;
                case 6 << 3: lease = reader.ReadInt64(); break;
                default: reader.Skip(); break;
            }
        }

        return isTombstone
            ? new Record { Key = key, ModRevision = revision.Main, SubRevision = revision.Sub }
            : new Record
            {
                Key = key,
                Value = value,
                ModRevision = revision.Main,
                SubRevision = revision.Sub,
                CreateRevision = createRevision,
                Version = version,
                Lease = lease,
            };
    }

    internal static void Write(Record record, ref ProtoWriter writer, bool keyOnly)
    {
        writer.Bytes(1, record.Key);
        writer.Number(2, record.CreateRevision);
        writer.Number(3, record.ModRevision);
        writer.Number(4, record.Version);
        if (!keyOnly)
        {
            writer.Bytes(5, record.Value);
        }

        writer.Number(6, record.Lease);
    }

    internal static int FieldSize(int field, Record record, bool keyOnly = false) => ProtoWriter.SizeOfMessage(field, SizeOf(record, keyOnly));

    internal static void WriteField(int field, Record record, ref ProtoWriter writer, bool keyOnly = false)
    {
        writer.MessageStart(field, SizeOf(record, keyOnly));
        Write(record, ref writer, keyOnly);
    }
}
