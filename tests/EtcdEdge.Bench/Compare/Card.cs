using System.Diagnostics;
using System.Globalization;

namespace EtcdEdge.Bench.Compare;

/// <summary>
/// A memory card to measure on: an ext4 file system of its own on a loop device, where nobody else writes, so that the block device's
/// counters are the server's. Needs root.
/// </summary>
internal sealed class Card : IDisposable
{
    private const long ImageBytes = 2L << 30;
    private const int WritesField = 4, SectorsField = 6, FlushesField = 15;
    private const int SectorBytes = 512;
    private readonly string _scratch = Directory.CreateTempSubdirectory("etcdedge-card-").FullName;
    private readonly string _device;

    public Card()
    {
        var image = Path.Combine(_scratch, "image");
        using (var file = File.Create(image))
        {
            file.SetLength(ImageBytes);
        }

        Directory.CreateDirectory(MountPoint);
        Shell("mkfs.ext4", "-q", image);
        _device = Shell("losetup", "--find", "--show", image);
        Shell("mount", "-o", "noatime", _device, MountPoint);
    }

    public string MountPoint => Path.Combine(_scratch, "card");

    /// <summary>Bytes written, write requests and cache flushes since the device exists.</summary>
    public (long Bytes, long Writes, long Flushes) Counters()
    {
        var fields = File.ReadAllText($"/sys/block/{Path.GetFileName(_device)}/stat").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Select(f => long.Parse(f, CultureInfo.InvariantCulture)).ToArray();
        return (fields[SectorsField] * SectorBytes, fields[WritesField], fields[FlushesField]);
    }

    public void Settle() => Shell("sync", "--file-system", MountPoint);

    public void Dispose()
    {
        Shell("umount", MountPoint);
        Shell("losetup", "--detach", _device);
        Directory.Delete(_scratch, recursive: true);
    }

    private static string Shell(string file, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{file} {string.Join(' ', arguments)}: exit code {process.ExitCode}");
    }
}
