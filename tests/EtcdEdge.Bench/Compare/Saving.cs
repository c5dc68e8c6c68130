using System.Diagnostics;

namespace EtcdEdge.Bench.Compare;

/// <summary>A backup by real etcdctl of a store of 1 GB.</summary>
internal static class Saving
{
    private const int Keys = 1_000_000;
    private const int ValueBytes = 1_000;
    private const double MegaByte = 1e6;

    public static async Task<double[]> RunAsync(Target target)
    {
        Load.Txns(target.Daemon.ClientPort, target.Count(Keys), ValueBytes);
        var clock = Stopwatch.StartNew();
        var bytes = await SaveAsync(target, Path.GetDirectoryName(target.Daemon.DataDirectory)!);
        return [bytes / MegaByte / clock.Elapsed.TotalSeconds];
    }

    /// <summary>Saves a snapshot in a directory and returns its size; the file goes.</summary>
    public static async Task<long> SaveAsync(Target target, string directory)
    {
        var file = Path.Combine(directory, $"snapshot-{Guid.NewGuid():N}.db");
        string[] arguments = [$"--endpoints={target.Daemon.ClientUrl}", "--command-timeout=10m", "snapshot", "save", file];
        using var process = Process.Start(
            new ProcessStartInfo(target.EtcdCtl, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var complaint = process.StandardError.ReadToEndAsync();
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"etcdctl snapshot save: {await complaint}");
        }

        var bytes = new FileInfo(file).Length;
        File.Delete(file);
        return bytes;
    }
}
