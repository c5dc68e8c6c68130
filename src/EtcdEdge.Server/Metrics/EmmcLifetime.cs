using System.Globalization;

namespace EtcdEdge.Server.Metrics;

/// <summary>
/// The registers in which an eMMC reports its wear (JEDEC eMMC 5.0, DEVICE_LIFE_TIME_EST_TYP_A/B and PRE_EOL_INFO), as the kernel shows them in
/// /sys/block/mmcblk*/device. SD cards have none.
/// </summary>
internal static class EmmcLifetime
{
    /// <summary>The two estimates of each device, A for its fast blocks and B for the others.</summary>
    public static IEnumerable<(string Labels, double Value)> LifeTimes(string systemBlock)
    {
        foreach (var (device, text) in Read(systemBlock, "life_time"))
        {
            var values = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            for (var i = 0; i < Math.Min(2, values.Length); i++)
            {
                if (TryParse(values[i], out var tenths))
                {
                    yield return (PrometheusText.Labels(("device", device), ("type", i == 0 ? "a" : "b")), tenths);
                }
            }
        }
    }

    public static IEnumerable<(string Labels, double Value)> PreEndOfLife(string systemBlock)
    {
        foreach (var (device, text) in Read(systemBlock, "pre_eol_info"))
        {
            if (TryParse(text, out var state))
            {
                yield return (PrometheusText.Label("device", device), state);
            }
        }
    }

    // 0 is "not defined".
    private static bool TryParse(string text, out int value)
    {
        var digits = text.StartsWith("0x", StringComparison.Ordinal) ? text[2..] : text;
        return int.TryParse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out value) && value > 0;
    }

    private static List<(string Device, string Text)> Read(string systemBlock, string register)
    {
        var found = new List<(string, string)>();
        try
        {
            foreach (var device in Directory.EnumerateFileSystemEntries(systemBlock, "mmcblk*").Order(StringComparer.Ordinal))
            {
                var file = Path.Combine(device, "device", register);
                if (File.Exists(file))
                {
                    found.Add((Path.GetFileName(device), File.ReadAllText(file).Trim()));
                }
            }
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return found;
        }

        return found;
    }
}
