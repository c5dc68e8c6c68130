using System.Buffers;
using EtcdEdge.Base;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Proto;
using EtcdEdge.StateMachine.Requests;

namespace EtcdEdge.StateMachine.Watch;

/// <summary>mvccpb.Event {type=1, kv=2, prev_kv=3} as field 11 of a WatchResponse (kv.proto, rpc.proto).</summary>
internal static class WatchEventCodec
{
    private const int EventsField = 11;
    private const int TypeField = 1;
    private const int KvField = 2;
    private const int PrevKvField = 3;
    private const int Delete = 1;

    /// <summary>Room that a ProtoWriter may request in addition to what it writes.</summary>
    private const int WriterSlackBytes = 16;

    /// <summary>The field with its tag and length, in a buffer of its own.</summary>
    public static ArrayBufferWriter<byte> Encode(Record record, Record? previous)
    {
        var type = record.IsTombstone ? Delete : 0;
        var size = ProtoWriter.SizeOf(TypeField, type) + RecordCodec.FieldSize(KvField, record)
            + (previous is null ? 0 : RecordCodec.FieldSize(PrevKvField, previous));
        var fieldSize = ProtoWriter.SizeOfMessage(EventsField, size);
        var output = new ArrayBufferWriter<byte>(fieldSize + WriterSlackBytes);
        var writer = new ProtoWriter(output);
        writer.MessageStart(EventsField, size);
        writer.Number(TypeField, type);
        RecordCodec.WriteField(KvField, record, ref writer);
        if (previous is not null)
        {
            RecordCodec.WriteField(PrevKvField, previous, ref writer);
        }

        writer.Flush();
        Invariant.Require(output.WrittenCount == fieldSize, "an event fills exactly the size computed for it");
        return output;
    }
}
