using System.Text.RegularExpressions;
using EtcdEdge.Testing;
using Xunit;

namespace EtcdEdge.EndToEnd.Tests.Ctl;

// Claim: our etcdctl prints what etcdctl 3.6.14 printed, with the same exit codes. Method: the recorded calls, in their order, against a fresh
// server.
public sealed partial class CtlRecordedTests
{
    private const string Stopped = " & sleep ";

    /// <summary>Calls whose text differs, with the reason. Their exit codes are compared.</summary>
    private static readonly Dictionary<string, string> s_differences = new()
    {
        ["etcdctl get foo -w protobuf"] = "the bytes of the cluster's identity",
        ["etcdctl endpoint status"] = "sizes and versions are the server's",
        ["etcdctl endpoint hashkv"] = "the hash covers identities of leases",
        ["etcdctl version"] = "another patch version",
        ["etcdctl watch -w fields foo"] = "the record is cut after 40 lines",
    };

    /// <summary>Calls that 3.7 answers in another way than 3.6.</summary>
    private static readonly string[] s_of37 = ["etcdctl options nonsense", "etcdctl snapshot status"];

    [Fact]
    public async Task Recorded_calls_print_what_etcdctl_printed()
    {
        await using var daemon = new Daemon(Binaries.Server);
        await daemon.StartAsync();
        using var scratch = new ScratchDirectory();
        var variables = new Dictionary<string, string>();
        var wrong = new List<string>();
        foreach (var call in RecordedCall.Read(Path.Combine(AppContext.BaseDirectory, "Ctl", "recorded-3.6.txt"))
            .Where(call => !s_of37.Any(call.Command.StartsWith)))
        {
            var command = variables.Aggregate(call.Command, (text, variable) => text.Replace(variable.Key, variable.Value, StringComparison.Ordinal));
            var done = await RunAsync(daemon, scratch, command.Replace("127.0.0.1:2379", $"127.0.0.1:{daemon.ClientPort}", StringComparison.Ordinal));
            if (call.Variable.Length > 0)
            {
                variables[call.Variable] = done.Output.Trim();
            }
            else if (Difference(call, done, daemon) is { } difference)
            {
                wrong.Add(difference);
            }
        }

        Assert.True(wrong.Count == 0, string.Join("\n\n", wrong));
    }

    private static string? Difference(RecordedCall call, Command done, Daemon daemon)
    {
        var isTextFree = call.HasFreeText || s_differences.Keys.Any(known => call.Command.StartsWith(known, StringComparison.Ordinal));
        var (output, error) = (Masked(done.Output, daemon), Masked(Hint().Replace(done.Error, ""), daemon));
        var isEqual = (call.ExitCode is null || call.ExitCode == done.ExitCode)
            && (isTextFree || (output == Masked(call.Output, daemon) && error == Masked(call.Error, daemon)));
        return isEqual ? null
            : $"$ {call.Command}\n--- etcdctl: {call.ExitCode}\n{call.Output}\n{call.Error}\n--- here: {done.ExitCode}\n{done.Output}\n{done.Error}";
    }

    private static async Task<Command> RunAsync(Daemon daemon, ScratchDirectory scratch, string command)
    {
        var stop = command.IndexOf(Stopped, StringComparison.Ordinal);
        var script = stop >= 0 ? $"timeout -s TERM 2 {command[..stop]}" : command.StartsWith("etcdctl watch a b c", StringComparison.Ordinal)
            ? $"timeout 2 {command}" : command;
        return await Command.RunAsync(
            "env",
            [
                $"--chdir={scratch.Path}", $"PATH={CtlBinary.Directory}:{Environment.GetEnvironmentVariable("PATH")}",
                    $"ETCDCTL_ENDPOINTS=127.0.0.1:{daemon.ClientPort}",
                "bash", "-c", script,
            ]);
    }

    private static string Masked(string text, Daemon daemon)
    {
        var named = text.Replace($":{daemon.ClientPort}", ":2379", StringComparison.Ordinal)
            .Replace($":{daemon.PeerPort}", ":2380", StringComparison.Ordinal)
            .Replace("localhost", "127.0.0.1", StringComparison.Ordinal);
        (Regex, string)[] masks = [(Identities(), "$1ID"), (Hex(), "ID"), (Durations(), "TOOK"), (Rules(), "-"), (Spaces(), " "), (LineEnds(), "")];
        return masks.Aggregate(named, (masked, mask) => mask.Item1.Replace(masked, mask.Item2)).TrimEnd();
    }

    [GeneratedRegex("(\"?(?:cluster_id|member_id|ClusterID|MemberID|raft_term|RaftTerm|ID|id|leader|Leader)\"? ?: ?)[0-9a-f]+")]
    private static partial Regex Identities();

    [GeneratedRegex(@"\b[0-9a-f]{13,16}\b")]
    private static partial Regex Hex();

    [GeneratedRegex(@"[\d.]+(ms|µs|s)\b")]
    private static partial Regex Durations();

    [GeneratedRegex("-{2,}")]
    private static partial Regex Rules();

    [GeneratedRegex(" {2,}")]
    private static partial Regex Spaces();

    [GeneratedRegex(" +$", RegexOptions.Multiline)]
    private static partial Regex LineEnds();

    [GeneratedRegex(@"^etcdctl: .*\n", RegexOptions.Multiline)]
    private static partial Regex Hint();
}
