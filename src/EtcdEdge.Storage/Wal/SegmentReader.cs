using EtcdEdge.Base;

namespace EtcdEdge.Storage.Wal;

/// <summary>Reads a segment through a window. Sectors the medium cannot read appear as bytes no checksum accepts.</summary>
internal sealed class SegmentReader : IDisposable
{
    /// <summary>Replaces a byte that the medium cannot read.</summary>
    public const byte Unreadable = 0xFF;

    private readonly IDiskFile _file;
    private readonly PageBuffer _window;
    private long _start;
    private int _length;

    /// <summary>Owns <paramref name="file"/>; borrows <paramref name="window"/>.</summary>
    public SegmentReader(IDiskFile file, PageBuffer window)
    {
        _file = file;
        _window = window;
        Length = file.Length;
    }

    /// <summary>Bytes of the file.</summary>
    public long Length { get; }

    public string Path => _file.Path;

    /// <summary>The bytes from <paramref name="offset"/> on; fewer than requested only at the end. Valid until the next call.</summary>
    public ReadOnlySpan<byte> Read(long offset, int length)
    {
        if (offset >= Length)
        {
            return [];
        }

        length = (int)Math.Min(Length - offset, length);
        if (offset < _start || offset + length > _start + _length)
        {
            Load(offset, length);
        }

        return _window.Span.Slice((int)(offset - _start), length);
    }

    /// <summary>The sector at <paramref name="offset"/>; past the end of the file it is bad.</summary>
    public Sector ReadSector(long offset)
    {
        var bytes = Read(offset, Sector.Size);
        return bytes.Length == Sector.Size ? Sector.Read(bytes, offset) : new Sector(SectorKind.Bad, 0, false);
    }

    /// <summary>The header of the group whose first sector is at <paramref name="offset"/>.</summary>
    public GroupHeader? ReadGroupHeader(long offset) => GroupHeader.Read(Read(offset, Sector.Size)[Sector.HeadSize..]);

    public void DropCache() => _file.DropCache();

    public void Dispose() => _file.Dispose();

    private void Load(long offset, int length)
    {
        var want = (int)Math.Min(Math.Max(length, WalLimits.ReadWindow), Length - offset);
        _window.Reserve(want, 0);
        _start = offset;
        _length = want;
        var into = _window.Span[..want];
        try
        {
            _length = _file.Read(offset, into);
        }
        catch (DiskException e) when (e.Fault == DiskFault.Medium)
        {
            LoadBySector(offset, into);
        }

        Invariant.Require(_length == want, "a segment does not shrink while it is read");
    }

    // The kernel fails the whole request for one bad sector; only asking one by one finds the good neighbours.
    private void LoadBySector(long offset, Span<byte> into)
    {
        for (var at = 0; at < into.Length; at += Sector.Size)
        {
            var sector = into.Slice(at, Math.Min(Sector.Size, into.Length - at));
            try
            {
                _ = _file.Read(offset + at, sector);
            }
            catch (DiskException e) when (e.Fault == DiskFault.Medium)
            {
                sector.Fill(Unreadable);
            }
        }
    }
}
