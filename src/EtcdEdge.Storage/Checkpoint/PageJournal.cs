using System.Buffers.Binary;
using EtcdEdge.Base;

namespace EtcdEdge.Storage.Checkpoint;

/// <summary>
/// Makes a set of page writes atomic: first here, flushed, then in place. A valid journal is done again at the next start; doing it twice is doing it
/// once; another member's is not. Layout: one sector {CRC of bytes 4 to 511 · version · "EECKJRNL" · number of the file · pages · CRC of all that
/// follows · 0 · cluster id · member id}, then per page its place (8 bytes), then the pages. The file is never cut, so that its blocks are written
/// over without the filesystem's own journal.
/// </summary>
internal sealed class PageJournal(IDisk disk, string path, MemberIdentity identity, CheckpointCounters counters)
{
    private const int HeaderSize = 512;
    private const uint Version = 2;

    /// <summary>"EECKJRNL" in the file.</summary>
    private const ulong Magic = 0x4C4E524A4B434545;

    /// <summary>The number of the data file that the next sets of pages are for.</summary>
    public int FileNumber { get; set; }

    /// <summary>Makes the pages durable here; the caller then writes them in place.</summary>
    public void Write(IDiskFile data, SortedDictionary<long, byte[]> pages)
    {
        Invariant.Require(data.Path.Length > 0 && pages.Count > 0, "a journal holds the pages of one file");
        var places = new byte[pages.Count * sizeof(long)];
        var at = 0;
        foreach (var position in pages.Keys)
        {
            BinaryPrimitives.WriteInt64LittleEndian(places.AsSpan(at), position);
            at += sizeof(long);
        }

        var crc = Crc32C.Of(places);
        foreach (var page in pages.Values)
        {
            crc = Crc32C.Append(crc, page);
        }

        using var file = OpenOrCreate();
        file.Write(HeaderSize, places);
        WritePages(file, HeaderSize + places.Length, pages);
        file.Write(0, Header(pages.Count, crc));
        counters.Flush(file);
        counters.AddWritten(HeaderSize + places.Length + ((long)pages.Count * PageStream.PageSize));
    }

    /// <summary>The pages of a valid journal and the number of their file; null when there is nothing to do.</summary>
    public (int FileNumber, SortedDictionary<long, byte[]> Pages)? Read()
    {
        if (disk.Stat(path) is null)
        {
            return null;
        }

        using var file = disk.Open(path, DiskOpen.Read);
        var header = new byte[HeaderSize];
        if (file.Read(0, header) < HeaderSize || !IsOurs(header))
        {
            return null;
        }

        var count = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(20));
        return ReadPages(file, count, BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(24))) is { } pages
            ? (BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(16)), pages)
            : null;
    }

    /// <summary>What it holds must not be done again: the file it was for is about to be replaced.</summary>
    public void Invalidate()
    {
        if (disk.Stat(path) is null)
        {
            return;
        }

        using var file = disk.Open(path, DiskOpen.ReadWrite);
        file.Write(0, new byte[HeaderSize]);
        counters.Flush(file);
        counters.AddWritten(HeaderSize);
    }

    private bool IsOurs(byte[] header) =>
        BinaryPrimitives.ReadUInt32LittleEndian(header) == Crc32C.Of(header.AsSpan(4))
        && BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(4)) == Version
        && BinaryPrimitives.ReadUInt64LittleEndian(header.AsSpan(8)) == Magic
        && BinaryPrimitives.ReadUInt64LittleEndian(header.AsSpan(32)) == identity.ClusterId
        && BinaryPrimitives.ReadUInt64LittleEndian(header.AsSpan(40)) == identity.MemberId;

    private static void WritePages(IDiskFile file, long at, SortedDictionary<long, byte[]> pages)
    {
        var run = new byte[CheckpointStoreLimits.CheckpointWriteRun];
        var used = 0;
        foreach (var page in pages.Values)
        {
            if (used == run.Length)
            {
                file.Write(at, run);
                at += used;
                used = 0;
            }

            page.CopyTo(run, used);
            used += PageStream.PageSize;
        }

        file.Write(at, run.AsSpan(0, used));
    }

    private static SortedDictionary<long, byte[]>? ReadPages(IDiskFile file, int count, uint expected)
    {
        if (count <= 0 || HeaderSize + ((long)count * (sizeof(long) + PageStream.PageSize)) > file.Length)
        {
            return null;
        }

        var places = new byte[count * sizeof(long)];
        file.Read(HeaderSize, places);
        var crc = Crc32C.Of(places);
        var pages = new SortedDictionary<long, byte[]>();
        for (var i = 0; i < count; i++)
        {
            var page = new byte[PageStream.PageSize];
            file.Read(HeaderSize + places.Length + ((long)i * PageStream.PageSize), page);
            crc = Crc32C.Append(crc, page);
            pages[BinaryPrimitives.ReadInt64LittleEndian(places.AsSpan(i * sizeof(long)))] = page;
        }

        return crc == expected ? pages : null;
    }

    private byte[] Header(int pages, uint crc)
    {
        var header = new byte[HeaderSize];
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(4), Version);
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(8), Magic);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(16), FileNumber);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(20), pages);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(24), crc);
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(32), identity.ClusterId);
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(40), identity.MemberId);
        BinaryPrimitives.WriteUInt32LittleEndian(header, Crc32C.Of(header.AsSpan(4)));
        return header;
    }

    private IDiskFile OpenOrCreate()
    {
        if (disk.Stat(path) is not null)
        {
            return disk.Open(path, DiskOpen.ReadWrite);
        }

        var file = disk.Open(path, DiskOpen.Create);
        disk.SyncDirectory(Path.GetDirectoryName(path)!);
        counters.AddSync();
        return file;
    }
}
