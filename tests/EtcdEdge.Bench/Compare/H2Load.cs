using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using EtcdEdge.Testing;

namespace EtcdEdge.Bench.Compare;

/// <summary>
/// nghttp2's load generator, a client that costs about 3 us of CPU per call, so that the server is what is measured. It counts HTTP success only; the
/// callers check the effect.
/// </summary>
internal static partial class H2Load
{
    /// <summary>
    /// Makes <paramref name="calls"/> calls of one framed request, as the user of <paramref name="token"/>; returns calls per second.
    /// </summary>
    public static Task<double> RunAsync(Daemon daemon, string path, byte[] body, int calls, int connections, int streams, string? token = null)
    {
        string[] user = token is null ? [] : ["-H", $"token: {token}"];
        string[] protocol = ["-m", $"{streams}", "-w", "30", "-W", "30", "-H", "content-type: application/grpc", "-H", "te: trailers", .. user];
        return RunAsync(daemon, path, body, calls, connections, protocol);
    }

    /// <summary>
    /// Makes <paramref name="calls"/> calls of one JSON request by HTTP/1.1, one at a time on each connection; returns calls per second.
    /// </summary>
    public static Task<double> JsonAsync(Daemon daemon, string path, string body, int calls, int connections) =>
        RunAsync(daemon, path, Encoding.UTF8.GetBytes(body), calls, connections, ["--h1", "-H", "content-type: application/json"]);

    private static async Task<double> RunAsync(Daemon daemon, string path, byte[] body, int calls, int connections, string[] protocol)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllBytesAsync(file, body);
        string[] arguments = ["-n", $"{calls}", "-c", $"{connections}", "-t", "1", "-d", file, .. protocol, daemon.ClientUrl + path];
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
