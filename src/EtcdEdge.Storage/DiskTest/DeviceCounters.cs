using System.Globalization;

namespace EtcdEdge.Storage.DiskTest;

/// <summary>
/// What the kernel has counted for the device behind a directory (/sys/block/NAME/stat, Documentation/admin-guide/iostats.rst). Of the whole device:
/// a partition's flushes are only counted there, and so are other programs' writes.
/// </summary>
/// <param name="Device">Its name, such as mmcblk0.</param>
/// <param name="BytesWritten">Bytes written to it.</param>
/// <param name="Flushes">Flush requests it completed; null before Linux 5.5.</param>
public sealed record DeviceCounters(string Device, long BytesWritten, long? Flushes)
{
    private const int SectorsWrittenField = 6;
    private const int FlushesField = 15;
    private const int BytesPerSector = 512;

    /// <summary>
    /// The counters now, or null where the device cannot be seen: in some containers, on filesystems over several devices or over none.
    /// </summary>
    public static DeviceCounters? Of(string directory) => FileDisk.DeviceOf(directory) is { } device
        ? Read(string.Create(CultureInfo.InvariantCulture, $"/sys/dev/block/{device.Major}:{device.Minor}"))
        : null;

    internal static DeviceCounters? Read(string sysDirectory)
    {
        try
        {
            var device = new DirectoryInfo(sysDirectory).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? sysDirectory;
            if (File.Exists(Path.Combine(device, "partition")))
            {
                device = Path.GetDirectoryName(device)!;
            }

            return Parse(Path.GetFileName(device), File.ReadAllText(Path.Combine(device, "stat")));
        }
        catch (Exception invisible) when (invisible is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    internal static DeviceCounters? Parse(string device, string stat)
    {
        var fields = stat.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length <= SectorsWrittenField || !long.TryParse(fields[SectorsWrittenField], CultureInfo.InvariantCulture, out var sectors))
        {
            return null;
        }

        long flushes = 0;
        var counted = fields.Length > FlushesField && long.TryParse(fields[FlushesField], CultureInfo.InvariantCulture, out flushes);
        return new DeviceCounters(device, sectors * BytesPerSector, counted ? flushes : null);
    }
}
