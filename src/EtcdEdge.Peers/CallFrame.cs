using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace EtcdEdge.Peers;

/// <summary>Body of a call or an answer.</summary>
/// <param name="Correlation">Chosen by the caller; 0 when no answer is wanted.</param>
/// <param name="Code">A call's kind, an answer's code.</param>
/// <param name="Payload">What the two members' servers make of it.</param>
public readonly record struct CallFrame(ulong Correlation, byte Code, ReadOnlyMemory<byte> Payload)
{
    /// <summary>Bytes before the payload.</summary>
    public const int HeadSize = 9;

    /// <summary>The payload's own array. Only for frames that were read: each got an array of its exact size.</summary>
    public byte[] PayloadArray => MemoryMarshal.TryGetArray(Payload, out var segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length
        ? segment.Array
        : Payload.ToArray();

    /// <summary>Reads the body of the current frame. Throws <see cref="ProtocolException"/>.</summary>
    public static async ValueTask<CallFrame> ReadAsync(FrameReader reader, CancellationToken cancel)
    {
        var head = await reader.ReadHeadAsync(HeadSize, cancel);
        var correlation = BinaryPrimitives.ReadUInt64LittleEndian(head.Span);
        var code = head.Span[8];
        return new CallFrame(correlation, code, await reader.ReadRestAsync(cancel));
    }
}
