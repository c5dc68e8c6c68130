using EtcdEdge.Testing;
using Xunit;

namespace EtcdEdge.EndToEnd.Tests;

/// <summary>The promise for every refusal to run: exit code 1 and one clear line, never a stack trace.</summary>
internal static class OneLine
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    /// <summary>Starts the daemon, waits for its refusal, and checks that the line names what the operator needs.</summary>
    public static async Task RefusesAsync(Daemon daemon, params string[] named)
    {
        daemon.Start();
        Assert.True(await daemon.WaitForExitAsync(s_limit), "the daemon runs though it should have refused to");
        Check(daemon, named);
    }

    /// <summary>Checks what an ended daemon left.</summary>
    public static void Check(Daemon daemon, params string[] named)
    {
        var log = string.Join('\n', daemon.Log);
        Assert.True(daemon.ExitCode == 1, $"exit code {daemon.ExitCode}\n{log}");
        Assert.DoesNotContain("   at ", log, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled exception", log, StringComparison.Ordinal);
        var complaints = daemon.Log.Where(IsComplaint).ToArray();
        Assert.True(complaints.Length == 1, $"{complaints.Length} complaints in:\n{log}");
        Assert.All(named, word => Assert.Contains(word, complaints[0], StringComparison.OrdinalIgnoreCase));
    }

    private static bool IsComplaint(string line) => line.Length > 0 && (line[0] != '{' || HasLevel(line, "error") || HasLevel(line, "fatal"));

    private static bool HasLevel(string line, string level) => line.Contains($"\"level\":\"{level}\"", StringComparison.Ordinal);
}
