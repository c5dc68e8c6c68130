namespace EtcdEdge.Storage.Wal;

/// <content>Where reading ended: at the log's end, in a torn write, or in damage, and then what is lost.</content>
internal sealed partial class LogReader
{
    // What follows the last intact group of the last segment: nothing, a torn write, or proof that acknowledged groups are lost.
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

    /// <summary>Reading stopped at the last segment's position although more was flushed: reports what is lost.</summary>
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
        foreach (var (at, _) in LaterGroups(reader, position, WalLimits.PageSizeMin))
        {
            if (reader.ReadGroupHeader(at) is { Count: > 0 } header)
            {
                return header.Lowest;
            }
        }

        return 0;
    }

    /// <summary>Where a group later than the last whole one begins, be it whole or not, from a page on.</summary>
    private IEnumerable<(long At, ulong Sequence)> LaterGroups(SegmentReader reader, long from, int step)
    {
        for (var at = from; at < reader.Length; at += step)
        {
            if (reader.ReadSector(at) is { Kind: SectorKind.Whole, IsFirst: true } sector && sector.Sequence > Sequence)
            {
                yield return (at, sector.Sequence);
            }
        }
    }

    private WalDamage At(WalDamageKind kind, string path, long offset, string detail) =>
        new() { Kind = kind, Segment = path, Offset = offset, FirstIndex = LastIndex + 1, Detail = detail };
}
