using System.Buffers;

namespace EtcdEdge.Http2;

/// <summary>Distinguishes HTTP/2 with prior knowledge from HTTP/1.1 by the first bytes of a connection (RFC 9113 §3.4).</summary>
public static class Preface
{
    private static ReadOnlySpan<byte> Http2 => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    public static int Length => Http2.Length;

    /// <summary>True is HTTP/2, false is HTTP/1.1, null wants more bytes.</summary>
    public static bool? IsHttp2(in ReadOnlySequence<byte> received)
    {
        Span<byte> start = stackalloc byte[Http2.Length];
        var length = (int)Math.Min(start.Length, received.Length);
        received.Slice(0, length).CopyTo(start);
        if (!Http2.StartsWith(start[..length]))
        {
            return false;
        }

        return length == Http2.Length ? true : null;
    }
}
