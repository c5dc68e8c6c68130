using System.Buffers.Binary;

namespace EtcdEdge.Peers;

/// <summary>Before every frame: the length of its body and its kind.</summary>
public readonly record struct FrameHeader(int Length, FrameKind Kind)
{
    /// <summary>Its own size.</summary>
    public const int Size = 5;

    public void WriteTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteInt32LittleEndian(destination, Length);
        destination[4] = (byte)Kind;
    }

    /// <summary>Throws <see cref="ProtocolException"/> for a length outside 0..<paramref name="maxBytes"/>.</summary>
    public static FrameHeader Parse(ReadOnlySpan<byte> source, int maxBytes)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(source);
        if (length < 0 || length > maxBytes)
        {
            throw new ProtocolException($"frame of {(uint)length} bytes, at most {maxBytes} are allowed");
        }

        return new FrameHeader(length, (FrameKind)source[4]);
    }
}
