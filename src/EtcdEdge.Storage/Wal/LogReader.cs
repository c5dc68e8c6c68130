using EtcdEdge.Base;
using EtcdEdge.Raft.Model;

namespace EtcdEdge.Storage.Wal;

/// <summary>
/// Reads the segments in order, hands out what is whole, and stops at the first thing that neither a power cut explains nor a checkpoint makes good.
/// It changes nothing. The rules are DESIGN.md's "Recovery".
/// </summary>
internal sealed partial class LogReader : IDisposable
{
    private readonly IDisk _disk;
    private readonly WalOptions _options;
    private readonly IWalReplay _replay;
    private readonly PageBuffer _window = new(WalLimits.ReadWindow);

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

    /// <summary>
    /// Reads all segments; <paramref name="paths"/> are their files by ascending number. Null when the log is whole, or what it lacks is covered.
    /// </summary>
    public WalDamage? Read(IReadOnlyList<(ulong Number, string Path)> paths)
    {
        var at = 0;
        while (at < paths.Count)
        {
            var damage = Missing(paths, at) ?? ReadSegment(paths, at);
            if (damage is null)
            {
                at++;
            }
            else if (!TryGoOnBehind(damage, paths, ref at))
            {
                return TurnBack() ?? damage;
            }
        }

        return TurnBack();
    }

    public SegmentReader OpenReader(string path) => new(_disk.Open(path, DiskOpen.Read), _window);

    public void Dispose() => _window.Dispose();

    private WalDamage? ReadSegment(IReadOnlyList<(ulong Number, string Path)> paths, int at)
    {
        var isLast = at == paths.Count - 1;
        using var reader = OpenReader(paths[at].Path);
        if (isLast)
        {
            // A flush that failed in the previous process leaves pages that the kernel considers clean and the disk never received.
            reader.DropCache();
        }

        if (SegmentChecks.Header(reader, paths[at].Number, _options, LastIndex + 1, out var header) is { } unusable)
        {
            return unusable;
        }

        if (!HasEntered(paths[at].Number))
        {
            if (Continues(header, paths, at) is { } gap)
            {
                return gap;
            }

            Segments.Add(SegmentOf(header, reader.Path));
        }

        var segment = Segments[^1];
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

    private static Segment SegmentOf(in SegmentHeader header, string path) => new()
    {
        Number = header.Number,
        Path = path,
        Length = header.Length,
        PageSize = header.PageSize,
        Position = header.PageSize,
    };

    private WalDamage? Missing(IReadOnlyList<(ulong Number, string Path)> paths, int at) =>
        at == 0 || paths[at].Number == paths[at - 1].Number + 1 || HasEntered(paths[at].Number)
            ? null
            : Lost(WalDamageKind.SegmentMissing, $"the segment after it ({SegmentName.Of(paths[at - 1].Number + 1)}) is missing", paths, at);

    /// <summary>Continues within this segment, after a hole.</summary>
    private bool HasEntered(ulong number) => Segments is [.., var last] && last.Number == number;

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
        while (TryReadGroup(reader, segment.Position, Sequence + 1, out var header, out var digest))
        {
            if (header.Segment != segment.Number || header.Previous != Digest)
            {
                return At(WalDamageKind.SegmentOutOfOrder, reader.Path, segment.Position, "a group does not continue the one before it");
            }

            if (_hole is not null && header.Count > 0 && !TryJoin(header))
            {
                return _hole;
            }

            if (!Deliver(reader, segment, header))
            {
                _isUnintelligible = true;
                return At(WalDamageKind.GroupDamaged, reader.Path, segment.Position, "a group's entries cannot be decoded");
            }

            Sequence++;
            Groups++;
            Digest = digest;
            HardState = header.HardState;
            if (_hole is null)
            {
                _replay.HardState(header.HardState);
            }

            var length = (long)Sector.CountFor(header.PayloadLength) * Sector.Size;
            segment.Position += (length + segment.PageSize - 1) / segment.PageSize * segment.PageSize;
        }

        return null;
    }

    private static bool TryReadGroup(SegmentReader reader, long offset, ulong sequence, out GroupHeader header, out uint digest)
    {
        (header, digest) = (default, 0);
        if (!reader.ReadSector(offset).Begins(sequence) || reader.ReadGroupHeader(offset) is not { } found)
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
            if (Sector.Read(sector, offset + at) != new Sector(SectorKind.Whole, sequence, at == 0))
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
            if (!payload.TryRead(_replay.FirstWanted, out var entry))
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
}
