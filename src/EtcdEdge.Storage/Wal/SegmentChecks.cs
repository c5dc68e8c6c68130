using System.Globalization;

namespace EtcdEdge.Storage.Wal;

/// <summary>Whether a file is the segment that its name claims, of this log. Checked before any of it is used.</summary>
internal static class SegmentChecks
{
    /// <summary>Reads and judges the first sector. <paramref name="nextIndex"/> is the first index that is lost if it is unusable.</summary>
    public static WalDamage? Header(SegmentReader reader, ulong number, WalOptions options, ulong nextIndex, out SegmentHeader header)
    {
        header = default;
        WalDamage Found(WalDamageKind kind, string detail) =>
            new() { Kind = kind, Segment = reader.Path, Offset = 0, FirstIndex = nextIndex, Detail = detail };

        var sector = reader.Read(0, Sector.Size);
        if (sector.Length < Sector.Size)
        {
            return Found(WalDamageKind.SegmentTruncated, string.Create(CultureInfo.InvariantCulture, $"the file is only {reader.Length} bytes long"));
        }

        if (SegmentHeader.Read(sector) is not { } found)
        {
            return Unusable(sector, Found);
        }

        if (SegmentHeader.VersionOf(sector) > SegmentHeader.FormatVersion)
        {
            return Found(
                WalDamageKind.SegmentTooNew, $"its format is {SegmentHeader.VersionOf(sector)}, this version knows {SegmentHeader.FormatVersion}");
        }

        if (found.ClusterId != options.ClusterId || found.MemberId != options.MemberId)
        {
            return Found(WalDamageKind.SegmentForeign, $"it belongs to member {found.MemberId:x} of cluster {found.ClusterId:x}");
        }

        header = found;
        return found.Number == number ? null : Found(WalDamageKind.SegmentOutOfOrder, $"it is segment {found.Number:x16} under another's name");
    }

    // Flipped bits leave most of a header alone; a file that has nothing of it, and is not blank or unreadable, was never ours.
    private static WalDamage Unusable(ReadOnlySpan<byte> sector, Func<WalDamageKind, string, WalDamage> found)
    {
        var blank = !sector.ContainsAnyExcept((byte)0);
        var unreadable = !sector.ContainsAnyExcept(SegmentReader.Unreadable);
        return blank || unreadable || SegmentHeader.LooksOurs(sector)
            ? found(WalDamageKind.SegmentHeaderDamaged, "its header is damaged or unreadable")
            : found(WalDamageKind.SegmentForeign, "it is not a segment of this log");
    }
}
