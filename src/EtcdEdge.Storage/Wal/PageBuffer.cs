using System.Runtime.InteropServices;

namespace EtcdEdge.Storage.Wal;

/// <summary>
/// Page-aligned memory outside the collector's heap, so that a burst's large buffer is given back to the system at once. One owner
/// at a time; a span taken before <see cref="Reserve"/> or <see cref="Dispose"/> must not be used after it.
/// </summary>
internal sealed unsafe class PageBuffer : IDisposable
{
    private const int Alignment = 4096;
    private byte* _start;

    public PageBuffer(int capacity)
    {
        Capacity = RoundUp(capacity);
        _start = (byte*)NativeMemory.AlignedAlloc((nuint)Capacity, Alignment);
    }

    ~PageBuffer() => Free();

    /// <summary>Bytes; a multiple of 4 KiB.</summary>
    public int Capacity { get; private set; }

    public Span<byte> Span => new(_start, Capacity);

    /// <summary>Makes room for at least <paramref name="capacity"/> bytes and keeps the first <paramref name="used"/>.</summary>
    public void Reserve(int capacity, int used)
    {
        if (capacity <= Capacity)
        {
            return;
        }
        // Doubling keeps the copies of a group that grows entry by entry below twice its size.
        var larger = RoundUp(Math.Max(capacity, (int)Math.Min(Capacity * 2L, WalLimits.GroupBytesMax)));
        var moved = (byte*)NativeMemory.AlignedAlloc((nuint)larger, Alignment);
        Span[..used].CopyTo(new Span<byte>(moved, larger));
        NativeMemory.AlignedFree(_start);
        _start = moved;
        Capacity = larger;
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private static int RoundUp(int bytes) => (bytes + Alignment - 1) & -Alignment;

    private void Free()
    {
        NativeMemory.AlignedFree(_start);
        _start = null;
        Capacity = 0;
    }
}
