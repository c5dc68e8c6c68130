using EtcdEdge.Raft;

namespace EtcdEdge.Storage.Wal;

/// <summary>
/// Reads the segments in order, hands out what is whole, and stops at the first thing a power cut does not explain. It changes nothing.
/// The rules are DESIGN.md's "Recovery".
/// </summary>
internal sealed class LogReader : IDisposable
{
    private readonly IDisk _disk;
    private readonly WalOptions _options;
    private readonly IWalReplay _replay;
    private readonly PageBuffer _window = new(Limits.ReadWindow);

    public LogReader(IDisk disk, WalOptions options, IWalReplay replay)
    {
        _disk = disk;
        _options = options;
        _replay = replay;
    }

    /// <summary>The segments read so far; the last one is where reading ended, and its position is where.</summary>
    public List<Segment> Segments { get; } = [];

    /// <summary>The sequence number of the last whole group; the next one's is one more.</summary>
    public ulong Sequence { get; private set; }

    /// <summary>The digest of the last whole group.</summary>
    public uint Digest { get; private set; }

    public HardState HardState { get; private set; }

    public ulong LastIndex { get; private set; }

    public long Groups { get; private set; }

    public long Entries { get; private set; }

    /// <summary>Reads all segments; <paramref name="paths"/> are their files by ascending number. Null when the log is whole.</summary>
    public WalDamage? Read(IReadOnlyList<(ulong Number, string Path)> paths)
    {
        for (var i = 0; i < paths.Count; i++)
        {
            if (i > 0 && paths[i].Number != paths[i - 1].Number + 1)
            {
                return Lost(WalDamageKind.SegmentMissing, $"the segment after it ({SegmentName.Of(paths[i - 1].Number + 1)}) is missing", paths, i);
            }
            if (ReadSegment(paths, i) is { } damage)
            {
                return damage;
            }
        }
        return null;
    }

    public SegmentReader OpenReader(string path) => new(_disk.Open(path, DiskOpen.Read), _window);

    public void Dispose() => _window.Dispose();

    private WalDamage? ReadSegment(IReadOnlyList<(ulong Number, string Path)> paths, int at)
    {
        var isLast = at == paths.Count - 1;
        using var reader = OpenReader(paths[at].Path);
        if (isLast)
        {
            // A flush that failed in the process before this one leaves pages the kernel calls clean and the card never saw.
            reader.DropCache();
        }
        if (SegmentChecks.Header(reader, paths[at].Number, _options, LastIndex + 1, out var header) is { } unusable)
        {
            return unusable;
        }
        if (Continues(header, paths, at) is { } gap)
        {
            return gap;
        }
        var segment = new Segment
        {
            Number = header.Number,
            Path = reader.Path,
            Length = header.Length,
            PageSize = header.PageSize,
            Position = header.PageSize,
        };
        Segments.Add(segment);
        if (ReadGroups(reader, segment) is { } broken)
        {
            return broken;
        }
        // A segment gets its name only after its first group is flushed, so one without a group has lost it.
        if (segment.Position == segment.PageSize || (isLast && reader.Length < segment.Length))
        {
            return Diagnose(paths, at + 1, reader.Length < segment.Length);
        }
        return isLast ? CheckTail(reader, segment) : null;
    }

    private WalDamage? Continues(in SegmentHeader header, IReadOnlyList<(ulong Number, string Path)> paths, int at)
    {
        if (at == 0)
        {
            (Sequence, Digest) = (header.FirstSequence - 1, header.Previous);
            return null;
        }
        if (header.FirstSequence == Sequence + 1 && header.Previous == Digest)
        {
            return null;
        }
        return header.FirstSequence > Sequence + 1
            ? Diagnose(paths, at, truncated: false)
            : At(WalDamageKind.SegmentOutOfOrder, paths[at].Path, 0, "it does not continue the segment before it");
    }

    private WalDamage? ReadGroups(SegmentReader reader, Segment segment)
    {
        while (TryReadGroup(reader, segment.Position, out var header, out var digest))
        {
            if (header.Segment != segment.Number || header.Previous != Digest)
            {
                return At(WalDamageKind.SegmentOutOfOrder, reader.Path, segment.Position, "a group does not continue the one before it");
            }
            if (!Deliver(reader, segment, header))
            {
                return At(WalDamageKind.GroupDamaged, reader.Path, segment.Position, "a group's entries cannot be decoded");
            }
            Sequence++;
            Groups++;
            Digest = digest;
            HardState = header.HardState;
            _replay.HardState(header.HardState);
            var length = (long)Sector.CountFor(header.PayloadLength) * Sector.Size;
            segment.Position += (length + segment.PageSize - 1) / segment.PageSize * segment.PageSize;
        }
        return null;
    }

    private bool TryReadGroup(SegmentReader reader, long offset, out GroupHeader header, out uint digest)
    {
        (header, digest) = (default, 0);
        if (!reader.ReadSector(offset).Begins(Sequence + 1) || reader.ReadGroupHeader(offset) is not { } found)
        {
            return false;
        }
        header = found;
        var length = (long)Sector.CountFor(header.PayloadLength) * Sector.Size;
        if (length > reader.Length - offset)
        {
            return false;
        }
        var sectors = reader.Read(offset, (int)length);
        for (var at = 0; at < sectors.Length; at += Sector.Size)
        {
            var sector = sectors.Slice(at, Sector.Size);
            if (Sector.Read(sector, offset + at) != new Sector(SectorKind.Whole, Sequence + 1, at == 0))
            {
                return false;
            }
            digest = Crc32C.Append(digest, Sector.StoredChecksum(sector));
        }
        return true;
    }

    private bool Deliver(SegmentReader reader, Segment segment, in GroupHeader header)
    {
        var sectors = reader.Read(segment.Position, Sector.CountFor(header.PayloadLength) * Sector.Size);
        var payload = new GroupPayload(sectors, header.PayloadLength);
        for (uint i = 0; i < header.Count; i++)
        {
            if (!payload.TryRead(out var entry))
            {
                return false;
            }
            LastIndex = entry.Index;
            Entries++;
            _replay.Append(entry);
        }
        segment.HighestIndex = Math.Max(segment.HighestIndex, header.Highest);
        return payload.AtEnd;
    }

    // What follows the last whole group of the last segment: nothing, a torn write, or proof that acknowledged groups are gone.
    private WalDamage? CheckTail(SegmentReader reader, Segment segment)
    {
        var start = reader.ReadSector(segment.Position);
        if (segment.Position >= reader.Length)
        {
            return null;
        }
        if (start.Kind == SectorKind.Bad || (start.Begins(Sequence + 1) && HasBadSector(reader, segment.Position)))
        {
            return Diagnose([], 0, truncated: false);
        }
        for (var at = segment.Position; at < reader.Length; at += Sector.Size)
        {
            // The next group is begun only after the one before it is flushed.
            if (reader.ReadSector(at) is { Kind: SectorKind.Whole } sector && sector.Sequence > Sequence + 1)
            {
                return Diagnose([], 0, truncated: false);
            }
        }
        return null;
    }

    private static bool HasBadSector(SegmentReader reader, long offset)
    {
        if (reader.ReadGroupHeader(offset) is not { } header)
        {
            return true;
        }
        var end = offset + ((long)Sector.CountFor(header.PayloadLength) * Sector.Size);
        for (var at = offset; at < end; at += Sector.Size)
        {
            if (reader.ReadSector(at).Kind == SectorKind.Bad)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Reading stopped at the last segment's position although more was flushed: says what is gone.</summary>
    private WalDamage Diagnose(IReadOnlyList<(ulong Number, string Path)> paths, int next, bool truncated)
    {
        var segment = Segments[^1];
        using var reader = OpenReader(segment.Path);
        var start = reader.ReadSector(segment.Position);
        if (!truncated && start.Begins(Sequence + 1) && reader.ReadGroupHeader(segment.Position) is { } header)
        {
            return At(WalDamageKind.GroupDamaged, segment.Path, segment.Position, "a flushed group is damaged") with
            {
                FirstIndex = header.Lowest,
                LastIndex = header.Highest,
            };
        }
        if (truncated)
        {
            return Lost(WalDamageKind.SegmentTruncated, $"the file ends at byte {reader.Length} of {segment.Length}", paths, next);
        }
        return start.Kind == SectorKind.Bad
            ? Lost(WalDamageKind.GroupDamaged, "the first sector of a group is damaged or unreadable", paths, next)
            : Lost(WalDamageKind.GroupsLost, "groups that were flushed are not there", paths, next);
    }

    private WalDamage Lost(WalDamageKind kind, string detail, IReadOnlyList<(ulong Number, string Path)> paths, int next)
    {
        var segment = Segments[^1];
        var following = LowestBehind(segment.Path, segment.Position);
        for (var i = next; following == 0 && i < paths.Count; i++)
        {
            following = LowestBehind(paths[i].Path, 0);
        }
        return At(kind, segment.Path, segment.Position, detail) with { LastIndex = following > LastIndex + 1 ? following - 1 : 0 };
    }

    // The first index of the first group behind the hole; 0 when there is none.
    private ulong LowestBehind(string path, long position)
    {
        using var reader = OpenReader(path);
        for (var at = position; at < reader.Length; at += Limits.PageSizeMin)
        {
            var sector = reader.ReadSector(at);
            if (sector is { Kind: SectorKind.Whole, IsFirst: true } && sector.Sequence > Sequence
                && reader.ReadGroupHeader(at) is { Count: > 0 } header)
            {
                return header.Lowest;
            }
        }
        return 0;
    }

    private WalDamage At(WalDamageKind kind, string path, long offset, string detail) =>
        new() { Kind = kind, Segment = path, Offset = offset, FirstIndex = LastIndex + 1, Detail = detail };
}
