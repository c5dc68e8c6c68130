using System.Buffers.Binary;

namespace EtcdEdge.Bench.Compare;

/// <summary>Cuts one stream's bytes into gRPC messages, across the borders of HTTP/2 frames.</summary>
internal sealed class MessageReader
{
    private const int FrameHeaderBytes = 5;
    private byte[] _pending = [];

    /// <summary>There was a message, and nothing is left of another.</summary>
    public bool HasTaken { get; private set; }

    public void Take(int stream, ReadOnlySpan<byte> bytes, RawHttp2.OnMessage onMessage)
    {
        if (_pending.Length > 0)
        {
            bytes = _pending = [.. _pending, .. bytes];
        }

        while (bytes.Length >= FrameHeaderBytes)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(bytes[1..]);
            if (bytes.Length < FrameHeaderBytes + length)
            {
                break;
            }

            onMessage(stream, bytes.Slice(FrameHeaderBytes, length));
            HasTaken = true;
            bytes = bytes[(FrameHeaderBytes + length)..];
        }

        _pending = bytes.ToArray();
        HasTaken &= _pending.Length == 0;
    }
}
