using System.Buffers;
using EtcdEdge.StateMachine.Mvcc;

namespace EtcdEdge.StateMachine.Wire;

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
