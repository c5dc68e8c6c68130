using System.Buffers;

namespace EtcdEdge.Server.Tests.Peers;

/// <summary>Bytes in many segments, as they come from a pipe.</summary>
internal sealed class Pieces : ReadOnlySequenceSegment<byte>
{
    private Pieces(ReadOnlyMemory<byte> memory, long start)
    {
        Memory = memory;
        RunningIndex = start;
    }

    public static ReadOnlySequence<byte> Of(byte[] bytes, int size)
    {
        var first = new Pieces(bytes.AsMemory(0, Math.Min(size, bytes.Length)), 0);
        var last = first;
        for (var at = last.Memory.Length; at < bytes.Length; at += last.Memory.Length)
        {
            var next = new Pieces(bytes.AsMemory(at, Math.Min(size, bytes.Length - at)), at);
            last.Next = next;
            last = next;
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }
}
