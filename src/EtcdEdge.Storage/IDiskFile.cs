namespace EtcdEdge.Storage;

/// <summary>An open file. One thread at a time.</summary>
public interface IDiskFile : IDisposable
{
    /// <summary>Its path when it was opened.</summary>
    string Path { get; }

    /// <summary>Bytes.</summary>
    long Length { get; }

    /// <summary>
    /// The alignment of offsets, lengths and, with 4 KiB, of memory, when the file was opened with <see cref="DiskOpen.Direct"/>; 1 with the page
    /// cache, which writes whole pages of 4 KiB to the device.
    /// </summary>
    int Unit { get; }

    /// <summary>Fills <paramref name="into"/> from <paramref name="offset"/>; returns fewer bytes only at the end of the file.</summary>
    int Read(long offset, Span<byte> into);

    /// <summary>Writes all of <paramref name="bytes"/> at <paramref name="offset"/>.</summary>
    void Write(long offset, ReadOnlySpan<byte> bytes);

    /// <summary>
    /// fdatasync: what was written, and what is needed to read it back, is on the medium when this returns. When it has failed the file is
    /// beyond help, since the kernel may have dropped the pages it could not write: every later call fails too.
    /// </summary>
    void SyncData();

    /// <summary>Reserves blocks up to <paramref name="length"/> and extends the file to it; they read as zeros.</summary>
    void Allocate(long length);

    /// <summary>Cuts or extends the file.</summary>
    void Truncate(long length);

    /// <summary>Asks the kernel to forget its clean copy, so that the next read comes from the medium.</summary>
    void DropCache();
}
