using System.Buffers.Binary;

namespace EtcdEdge.Server.Peers;

/// <summary>Body of a call or an answer.</summary>
/// <param name="Correlation">Chosen by the caller; 0 when no answer is wanted.</param>
/// <param name="Code">A call's kind, an answer's code.</param>
/// <param name="Payload">What the two members' servers make of it.</param>
internal readonly record struct CallFrame(ulong Correlation, byte Code, ReadOnlyMemory<byte> Payload)
{
    /// <summary>Bytes before the payload.</summary>
    public const int HeadSize = 9;

    /// <summary>Reads the body of the current frame. Throws <see cref="ProtocolException"/>.</summary>
    public static async ValueTask<CallFrame> ReadAsync(FrameReader reader, CancellationToken cancel)
    {
        var head = await reader.ReadHeadAsync(HeadSize, cancel);
        var correlation = BinaryPrimitives.ReadUInt64LittleEndian(head.Span);
        var code = head.Span[8];
        return new CallFrame(correlation, code, await reader.ReadRestAsync(cancel));
    }
}
