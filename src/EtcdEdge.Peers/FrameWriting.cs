using System.Buffers;
using System.Buffers.Binary;

namespace EtcdEdge.Peers;

/// <summary>Frames that are no Raft messages, written to a pipe.</summary>
public static class FrameWriting
{
    /// <summary>A ping or pong with its stamp.</summary>
    public static void WriteStamp(IBufferWriter<byte> output, FrameKind kind, long stamp)
    {
        var span = output.GetSpan(FrameHeader.Size + 8);
        new FrameHeader(8, kind).WriteTo(span);
        BinaryPrimitives.WriteInt64LittleEndian(span[FrameHeader.Size..], stamp);
        output.Advance(FrameHeader.Size + 8);
    }

    /// <summary>A call or an answer: correlation id, one byte (the call's kind, the answer's code), payload.</summary>
    public static void WriteCall(IBufferWriter<byte> output, FrameKind kind, in CallFrame call)
    {
        var span = output.GetSpan(FrameHeader.Size + CallFrame.HeadSize);
        new FrameHeader(CallFrame.HeadSize + call.Payload.Length, kind).WriteTo(span);
        BinaryPrimitives.WriteUInt64LittleEndian(span[FrameHeader.Size..], call.Correlation);
        span[FrameHeader.Size + 8] = call.Code;
        output.Advance(FrameHeader.Size + CallFrame.HeadSize);
        output.Write(call.Payload.Span);
    }
}
