using System.Buffers.Binary;

namespace EtcdEdge.Http2;

/// <summary>Kinds of frames (RFC 9113 section 6).</summary>
public enum FrameKind : byte
{
    Data = 0,
    Headers = 1,
    Priority = 2,
    ResetStream = 3,
    Settings = 4,
    PushPromise = 5,
    Ping = 6,
    GoAway = 7,
    WindowUpdate = 8,
    Continuation = 9,
}

/// <summary>Flags of frames; their meaning depends on the kind.</summary>
[Flags]
public enum FrameFlags : byte
{
    None = 0,
    EndStream = 0x1,
    Ack = EndStream,
    EndHeaders = 0x4,
    Padded = 0x8,
    Priority = 0x20,
}

/// <summary>The nine octets before each frame's payload (RFC 9113 section 4.1).</summary>
/// <param name="Length">Octets of the payload.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Flags">Its flags.</param>
/// <param name="Stream">Whose it is; 0 is the connection.</param>
public readonly record struct Frame(int Length, FrameKind Kind, FrameFlags Flags, int Stream)
{
    public const int HeaderBytes = 9;

    public bool Has(FrameFlags flag) => (Flags & flag) != 0;

    public static Frame Read(ReadOnlySpan<byte> header) => new(
        (header[0] << 16) | (header[1] << 8) | header[2],
        (FrameKind)header[3],
        (FrameFlags)header[4],
        (int)(BinaryPrimitives.ReadUInt32BigEndian(header[5..]) & int.MaxValue));

    public void Write(Span<byte> target)
    {
        (target[0], target[1], target[2]) = ((byte)(Length >> 16), (byte)(Length >> 8), (byte)Length);
        (target[3], target[4]) = ((byte)Kind, (byte)Flags);
        BinaryPrimitives.WriteInt32BigEndian(target[5..], Stream);
    }
}
