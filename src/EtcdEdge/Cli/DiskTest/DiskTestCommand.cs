using System.Globalization;
using System.Text.Json;
using EtcdEdge.Storage;
using EtcdEdge.Storage.DiskTest;

namespace EtcdEdge.Cli.DiskTest;

/// <summary>etcdedge disktest: measures whether a disk is fast enough for a master.</summary>
internal static class DiskTestCommand
{
    private static readonly CliCommand s_command = new()
    {
        Name = "etcdedge disktest",
        Arguments = "<directory>",
        Short = "Measures whether the disk behind a directory will do for a master",
        Flags =
        [
            new CliFlag("duration", "uint", "seconds to measure", "15"),
            new CliFlag("write-out", "string", "set the output format (json, simple)", "simple", 'w'),
        ],
        Run = Run,
    };

    public static int Run(string[] arguments) => new CliTool(s_command, Console.Out, Console.Error) { RepeatsErrors = true }.Run(arguments);

    private static int Run(CliCall call)
    {
        if (call.Arguments is not [var directory])
        {
            throw new CliFailure(CliFailure.BadArguments, "disktest requires exactly one argument, the directory to measure in");
        }

        if (call.Text("write-out") is not ("json" or "simple"))
        {
            throw new CliFailure(CliFailure.BadFeature, "unsupported output format; json and simple are there");
        }

        using var signals = new StopSignals();
        var result = Measure(directory, TimeSpan.FromSeconds(call.Unsigned("duration")), signals.Token);
        var verdict = DiskVerdict.Of(result);
        Console.Out.Write(call.Text("write-out") == "json" ? Json(directory, result, verdict) : Lines(directory, result, verdict));
        return signals.Token.IsCancellationRequested || verdict.Grade == DiskGrade.Unfit ? CliFailure.Error : 0;
    }

    private static DiskTrialResult Measure(string directory, TimeSpan duration, CancellationToken cancel)
    {
        var scratch = Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $".etcdedge-disktest-{Environment.ProcessId}"));
        var disk = new FileDisk();
        try
        {
            disk.CreateDirectory(scratch);
            using var bar = new ProgressBar(Console.Error, !Console.IsErrorRedirected);
            return new DiskTrial(disk, scratch, TimeProvider.System).Run(duration, () => DeviceCounters.Of(directory), bar.Show, cancel);
        }
        catch (DiskException refusal)
        {
            throw new CliFailure(CliFailure.Error, refusal.Message);
        }
        finally
        {
            if (Directory.Exists(scratch))
            {
                Directory.Delete(scratch, recursive: true);
            }
        }
    }

    private static string Lines(string directory, DiskTrialResult result, DiskVerdict verdict) => string.Create(CultureInfo.InvariantCulture,
        $"""
        {result.Syncs} flushes of one small write each in {directory}
        fdatasync     p50 {Ms(result.P50)}, p90 {Ms(result.P90)}, p99 {Ms(result.P99)}, max {Ms(result.Max)}
        per flush     {result.LogBytesPerSync:0} bytes from the log{DeviceText(result)}
        verdict       {verdict.Grade.ToString().ToLowerInvariant()}: {verdict.Reason}
        set           --election-timeout={verdict.ElectionTimeout.TotalMilliseconds:0} or more

        """);

    private static string DeviceText(DiskTrialResult result) => result.DeviceBytesPerSync is not { } bytes
        ? "; the device's own counters cannot be seen here"
        : string.Create(CultureInfo.InvariantCulture, $"; {result.Device} counted {bytes:0} bytes")
            + (result.DeviceFlushesPerSync is { } flushes ? string.Create(CultureInfo.InvariantCulture, $" and {flushes:0.00} flushes") : "");

    private static string Ms(TimeSpan duration) => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMilliseconds:0.00} ms");

    private static string Json(string directory, DiskTrialResult result, DiskVerdict verdict)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("directory", directory);
            json.WriteNumber("syncs", result.Syncs);
            json.WriteNumber("p50_ms", result.P50.TotalMilliseconds);
            json.WriteNumber("p90_ms", result.P90.TotalMilliseconds);
            json.WriteNumber("p99_ms", result.P99.TotalMilliseconds);
            json.WriteNumber("max_ms", result.Max.TotalMilliseconds);
            json.WriteNumber("log_bytes_per_sync", Math.Round(result.LogBytesPerSync));
            WriteDevice(json, result);
            json.WriteString("verdict", verdict.Grade.ToString().ToLowerInvariant());
            json.WriteString("reason", verdict.Reason);
            json.WriteNumber("election_timeout_ms", verdict.ElectionTimeout.TotalMilliseconds);
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }

    private static void WriteDevice(Utf8JsonWriter json, DiskTrialResult result)
    {
        if (result.Device is null || result.DeviceBytesPerSync is not { } bytes)
        {
            return;
        }

        json.WriteString("device", result.Device);
        json.WriteNumber("device_bytes_per_sync", Math.Round(bytes));
        if (result.DeviceFlushesPerSync is { } flushes)
        {
            json.WriteNumber("device_flushes_per_sync", Math.Round(flushes, 3));
        }
    }
}
