using System.Text.RegularExpressions;
using EtcdEdge.Testing;
using Xunit;

namespace EtcdEdge.EndToEnd.Tests;

// Goal: no one notices at the command line. Method: the same etcdctl commands against the server under test and against real etcd;
// exit codes and outputs must be equal but for identities, sizes and durations.
public sealed partial class EtcdCtlOutputTests
{
    /// <summary>Ample for events that are already in the history.</summary>
    private const string WatchSeconds = "3";

    /// <summary>etcdctl's own panics (alarm disarm in the format "fields") print addresses.</summary>
    private const int PanicExitCode = 2;
    private static readonly string[] Formats = ["simple", "json", "fields", "table", "protobuf"];

    private static readonly string[][] Story =
    [
        ["put", "a", "1"], ["put", "a", "2", "--prev-kv"], ["put", "b", "x y"], ["put", "c", ""], ["get", "a"], ["get", "a", "c"],
        ["get", "a", "--rev=2"], ["get", "", "--prefix"], ["get", "b", "--from-key", "--limit=1"], ["get", "", "--prefix", "--count-only"],
        ["get", "a", "--print-value-only"], ["get", "", "--prefix", "--sort-by=VALUE", "--order=DESCEND"], ["get", "a", "--consistency=s"],
        ["get", "a", "--rev=99"], ["lease", "grant", "1000"], ["lease", "timetolive", "1234"], ["lease", "revoke", "1234"],
        ["lease", "keep-alive", "--once", "1234"], ["put", "l", "v", "--lease=1234"], ["put", "a", "--ignore-value"],
        ["put", "nothing", "--ignore-value"], ["del", "a", "--prev-kv"], ["del", "zz"], ["del", "b", "d"], ["compaction", "4"],
        ["compaction", "4"], ["get", "a", "--rev=2"], ["compaction", "5", "--physical"], ["endpoint", "health"], ["endpoint", "status"],
        ["endpoint", "hashkv"], ["member", "list"], ["alarm", "list"], ["alarm", "disarm"], ["defrag"],
    ];

    [Theory]
    [InlineData("3.4", "simple")]
    [InlineData("3.4", "json")]
    [InlineData("3.4", "fields")]
    [InlineData("3.4", "table")]
    [InlineData("3.4", "protobuf")]
    [InlineData("3.5", "simple")]
    [InlineData("3.5", "json")]
    [InlineData("3.5", "fields")]
    [InlineData("3.5", "table")]
    [InlineData("3.5", "protobuf")]
    public async Task Every_command_prints_what_it_prints_against_etcd(string version, string format)
    {
        Assert.Contains(format, Formats);
        var (expected, actual) = await BothAsync(ctl => TellAsync(ctl, format), version);
        Assert.Equal(expected, actual);
    }

    [Theory]
    [InlineData("3.4")]
    [InlineData("3.5")]
    public async Task A_transaction_typed_in_prints_what_it_prints_against_etcd(string version)
    {
        var (expected, actual) = await BothAsync(
            async ctl =>
            [
                Masked(await ctl.TryAsync("create(\"k\") = \"0\"\n\nput k one\nget k\n\nget k\n\n", "txn")),
                Masked(await ctl.TryAsync("value(\"k\") = \"one\"\nversion(\"k\") > \"5\"\n\nput k two\n\nget k\ndel k\n\n", "txn")),
                Masked(await ctl.TryAsync("mod(\"k\") < \"9\"\n\nput k a\nput k b\n\n\n", "txn")),
            ],
            version);
        Assert.Equal(expected, actual);
    }

    [Theory]
    [InlineData("3.4")]
    [InlineData("3.5")]
    public async Task A_watch_from_an_old_revision_prints_what_it_prints_against_etcd(string version)
    {
        var (expected, actual) = await BothAsync(
            async ctl =>
            {
                await ctl.RunAsync("put", "w/1", "a");
                await ctl.RunAsync("put", "w/1", "b");
                await ctl.RunAsync("put", "w/2", "c");
                await ctl.RunAsync("del", "w/1");
                return [await UntilInterruptedAsync(ctl, "watch", "w/", "--prefix", "--rev=2", "--prev-kv")];
            },
            version);
        Assert.Equal(expected, actual);
    }

    private static async Task<(string[] Expected, string[] Actual)> BothAsync(Func<EtcdCtl, Task<string[]>> story, string version)
    {
        await using var reference = new Daemon(Binaries.Etcd);
        await using var subject = new Daemon(Binaries.Server);
        await Task.WhenAll(reference.StartAsync(), subject.StartAsync());
        return (await story(new EtcdCtl(version, reference)), await story(new EtcdCtl(version, subject)));
    }

    private static async Task<string[]> TellAsync(EtcdCtl etcdctl, string format)
    {
        var told = new List<string>();
        foreach (var command in Story)
        {
            var done = await etcdctl.TryAsync("", [.. command, $"--write-out={format}"]);
            var shown = HasOnlyOwnNumbers(command, format) || done.ExitCode == PanicExitCode ? $"exit code {done.ExitCode}" : Masked(done);
            told.Add($"etcdctl {string.Join(' ', command)}\n{shown}");
        }

        return [.. told];
    }

    /// <summary>Status is sizes, versions and indexes throughout; protobuf is binary, where identities cannot be masked by a pattern.</summary>
    private static bool HasOnlyOwnNumbers(string[] command, string format) =>
        format == "protobuf" || (command[0] == "endpoint" && command[1] == "status");

    private static string Masked(Command done) => $"exit code {done.ExitCode}\n{Masked(done.Output)}{Masked(done.Error)}";

    private static string Masked(string text)
    {
        (Regex, string)[] masks =
            [(Logged(), ""), (Endpoints(), "HOST"), (Ids(), "$1ID"), (Hex(), "ID"), (Durations(), "TIME"), (Rules(), "-")];
        foreach (var (pattern, name) in masks)
        {
            text = pattern.Replace(text, name);
        }

        return Spaces().Replace(text, " ");
    }

    private static async Task<string> UntilInterruptedAsync(EtcdCtl etcdctl, params string[] arguments)
    {
        var interrupted = await Command.RunAsync("timeout", ["--signal=INT", WatchSeconds, .. etcdctl.CommandLine(arguments)]);
        return Masked(interrupted.Output);
    }

    [GeneratedRegex(@"^\{""level"".*$\n?", RegexOptions.Multiline)]
    private static partial Regex Logged();

    [GeneratedRegex(@"(http://)?127\.0\.0\.1:\d+")]
    private static partial Regex Endpoints();

    [GeneratedRegex("(\"?(?:cluster_id|member_id|ClusterID|MemberID|ID|memberID|raft_term|RaftTerm|LeaseID|Lease)\"? ?: ?)\\d+")]
    private static partial Regex Ids();

    [GeneratedRegex(@"\b[0-9a-f]{13,16}\b")]
    private static partial Regex Hex();

    [GeneratedRegex(@"\b\d+(\.\d+)?(ns|µs|ms|s)\b")]
    private static partial Regex Durations();

    [GeneratedRegex("(-|─){2,}")]
    private static partial Regex Rules();

    [GeneratedRegex(" {2,}")]
    private static partial Regex Spaces();
}
