using System.Globalization;

namespace EtcdEdge.Storage;

/// <summary>The names in the log's directory. None ends in ".wal", so that they are never taken for etcd's own files.</summary>
internal static class SegmentName
{
    public const string LockFile = "lock";

    /// <summary>A spare whose zeros are not all written; worth nothing after a restart.</summary>
    public const string SpareInMaking = "spare.tmp";

    /// <summary>A segment for one group larger than a whole segment, before it has its name.</summary>
    public const string LargeInMaking = "large.tmp";

    private const string Extension = ".seg";
    private const string SparePrefix = "spare-";
    private const int Digits = 16;

    public static string Of(ulong number) => number.ToString("x16", CultureInfo.InvariantCulture) + Extension;

    public static string OfSpare(ulong id) => SparePrefix + id.ToString("x16", CultureInfo.InvariantCulture);

    public static bool TryParse(string name, out ulong number)
    {
        number = 0;
        return name.Length == Digits + Extension.Length && name.EndsWith(Extension, StringComparison.Ordinal) && TryHex(name[..Digits], out number);
    }

    public static bool TryParseSpare(string name, out ulong id)
    {
        id = 0;
        return name.Length == SparePrefix.Length + Digits && name.StartsWith(SparePrefix, StringComparison.Ordinal)
            && TryHex(name[SparePrefix.Length..], out id);
    }

    private static bool TryHex(string digits, out ulong value) =>
        ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
}
