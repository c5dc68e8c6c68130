using System.Globalization;

namespace EtcdEdge.Cli.Output;

/// <summary>Bytes in decimal units, as etcd's tools show them (go-humanize: two digits below ten, none above).</summary>
internal static class HumanBytes
{
    private static readonly string[] s_units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];

    public static string Of(long bytes)
    {
        if (bytes < 10)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{bytes} B");
        }

        var unit = (int)Math.Floor(Math.Log10(bytes) / 3);
        var value = Math.Floor((bytes / Math.Pow(1000, unit) * 10) + 0.5) / 10;
        return value < 10
            ? string.Create(CultureInfo.InvariantCulture, $"{value:0.0} {s_units[unit]}")
            : string.Create(CultureInfo.InvariantCulture, $"{Math.Round(value, MidpointRounding.ToEven):0} {s_units[unit]}");
    }
}
