namespace EtcdEdge.Storage.Wal;

/// <summary>The only code that changes what recovery found: it removes the remains behind the end of the log.</summary>
internal static class LogRepair
{
    /// <summary>Files that do not belong to this log are never changed, whatever the operator accepted.</summary>
    public static bool CanCut(WalDamage damage) => damage.Kind is not (WalDamageKind.SegmentForeign or WalDamageKind.SegmentTooNew);

    /// <summary>
    /// Blanks every page behind the log's end that holds a sector of a later group, or a bad one where the next group starts. Without it the next
    /// group, which gets the same sequence number, could be completed by sectors of the one that was torn. Returns the bytes of what it removed.
    /// The caller flushes.
    /// </summary>
    public static long Wipe(IDiskFile file, SegmentReader reader, Segment segment, ulong sequence)
    {
        long torn = 0;
        using var blank = new PageBuffer(segment.PageSize);
        blank.Span.Clear();
        for (var page = segment.Position; page < reader.Length; page += segment.PageSize)
        {
            var remains = RemainsOf(reader, page, Math.Min(page + segment.PageSize, reader.Length), sequence);
            torn += remains;
            if (remains > 0 || (page == segment.Position && reader.ReadSector(page).Kind == SectorKind.Bad))
            {
                file.Write(page, blank.Span[..segment.PageSize]);
            }
        }

        return torn;
    }

    /// <summary>Removes the segments behind the place where reading ended, and that one too when no group of it is left.</summary>
    public static void DropBehind(IDisk disk, string directory, LogReader reader, LogDirectory listing)
    {
        if (reader.Segments is [.., var last] && last.Position == last.PageSize)
        {
            reader.Segments.RemoveAt(reader.Segments.Count - 1);
        }
        // From the end: a power cut in between leaves a shorter log, not one with a gap.
        for (var i = listing.Segments.Count - 1; i >= reader.Segments.Count; i--)
        {
            disk.Delete(listing.Segments[i].Path);
            disk.SyncDirectory(directory);
        }

        if (reader.Segments is [.., var kept])
        {
            using var file = disk.Open(kept.Path, DiskOpen.ReadWrite);
            if (file.Length < kept.Length)
            {
                file.Allocate(kept.Length);
                file.SyncData();
            }
        }
    }

    private static int RemainsOf(SegmentReader reader, long from, long to, ulong sequence)
    {
        var bytes = 0;
        for (var at = from; at < to; at += Sector.Size)
        {
            if (reader.ReadSector(at) is { Kind: SectorKind.Whole } sector && sector.Sequence > sequence)
            {
                bytes += Sector.Size;
            }
        }

        return bytes;
    }
}
