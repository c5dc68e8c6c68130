using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using EtcdEdge.Testing;

namespace EtcdEdge.Bench.Compare;

/// <summary>
/// nghttp2's load generator, a client that costs about 3 us of CPU per call, so that the server is what is measured. It counts HTTP success only; the
/// callers check the effect.
/// </summary>
internal static partial class H2Load
{
    /// <summary>Makes <paramref name="calls"/> calls of one framed request; returns calls per second.</summary>
    public static async Task<double> RunAsync(Daemon daemon, string path, byte[] body, int calls, int connections, int streams)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllBytesAsync(file, body);
        string[] arguments =
        [
            "-n", $"{calls}", "-c", $"{connections}", "-m", $"{streams}", "-t", "1", "-w", "30", "-W", "30", "-d", file,
            "-H", "content-type: application/grpc", "-H", "te: trailers", daemon.ClientUrl + path,
        ];
        using var process = Process.Start(new ProcessStartInfo("h2load", arguments) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        File.Delete(file);
        if (!output.Contains($"{calls} succeeded, 0 failed", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"h2load {path} on {daemon.Binary}: not every call succeeded\n{output}");
        }

        return double.Parse(Rate().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"([\d.]+) req/s")]
    private static partial Regex Rate();
}
