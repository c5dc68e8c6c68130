namespace EtcdEdge.Storage;

/// <summary>An open file. One thread at a time.</summary>
public interface IDiskFile : IDisposable
{
    /// <summary>Its path when it was opened.</summary>
    string Path { get; }

    /// <summary>Bytes.</summary>
    long Length { get; }

    /// <summary>
    /// What offsets and lengths must be multiples of, and in memory the bytes' place of 4 KiB, when the file was opened <see
    /// cref="DiskOpen.Direct"/>; 1 where the kernel's cache is between, which gives the device whole pages of 4 KiB whatever is written.
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
