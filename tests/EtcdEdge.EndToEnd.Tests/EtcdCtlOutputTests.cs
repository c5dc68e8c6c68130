using System.Text.RegularExpressions;
using EtcdEdge.Testing;
using Xunit;

namespace EtcdEdge.EndToEnd.Tests;

// Goal: no one notices at the command line. Method: the scripts in Transcripts/ run real etcdctl of both versions against the server under test and
// against real etcd; what they print must be equal but for identities, ports and durations. Every command and flag of etcdctl stands in one of them.
public sealed partial class EtcdCtlOutputTests
{
    /// <summary>Fast hashes of passwords: how slow they are is not what the scripts ask.</summary>
    private const string CheapPasswords = "--bcrypt-cost=4";
    private const string ThreeMembers = "cluster";
    private static readonly string s_directory = Path.Combine(AppContext.BaseDirectory, "Transcripts");

    /// <summary>Commands, or flags of commands, that no script has, with the reason.</summary>
    private static readonly Dictionary<string, string> s_leftOut = new()
    {
        ["completion"] = "asks no server",
        ["version"] = "asks no server",
        ["migrate"] = "works on the files of a stopped etcd",
        ["check perf"] = "takes a minute whatever its flags; see the explicit test",
        ["check datascale --load"] = "the small load is the script's; the others take minutes",
        ["defrag --data-dir"] = "works on the files of a stopped etcd",
        ["snapshot restore"] = "works on a file; SnapshotTests give ours to it",
        ["make-mirror --dest-cacert"] = "TLS at the destination is the client's own",
        ["make-mirror --dest-cert"] = "as --dest-cacert",
        ["make-mirror --dest-key"] = "as --dest-cacert",
        ["make-mirror --dest-insecure-transport"] = "as --dest-cacert",
    };

    public static TheoryData<string, string, string> Cases()
    {
        var cases = new TheoryData<string, string, string>();
        foreach (var script in Scripts())
        {
            cases.Add(script, "3.4", "simple");
            cases.Add(script, "3.5", "simple");
        }

        foreach (var format in (string[])["json", "fields"])
        {
            foreach (var script in (string[])["kv", "txn", "lease", "maintenance", "members", ThreeMembers])
            {
                cases.Add(script, "3.5", format);
            }
        }

        cases.Add("auth", "3.5", "json");
        cases.Add(ThreeMembers, "3.5", "table");
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_script_prints_what_it_prints_against_etcd(string script, string version, string format)
    {
        var told = await Task.WhenAll(TellAsync(Binaries.Etcd, script, version, format), TellAsync(Binaries.Server, script, version, format));
        var differences = told[0].Zip(told[1]).Where(pair => pair.First != pair.Second)
            .Select(pair => $"--- etcd\n{pair.First}\n--- here\n{pair.Second}").ToArray();
        Assert.True(differences.Length == 0, $"{script}.sh, etcdctl {version}, {format}:\n{string.Join('\n', differences)}");
        Assert.Equal(told[0].Length, told[1].Length);
        Assert.DoesNotContain("in vain", string.Concat(told[1]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("3.4")]
    [InlineData("3.5")]
    public async Task Every_command_and_flag_of_etcdctl_is_in_a_script(string version)
    {
        var lines = Scripts().SelectMany(script => File.ReadLines(Path.Combine(s_directory, script + ".sh"))).ToArray();
        foreach (var command in await CommandsAsync(version))
        {
            var own = lines.Where(line => line.Contains(command, StringComparison.Ordinal)).ToArray();
            Assert.True(own.Length > 0, $"no script has etcdctl {command}");
            var help = await Command.OutputOfAsync(Binaries.EtcdCtl(version), ["help", .. command.Split(' ')]);
            foreach (Match flag in Flags().Matches(help[..Math.Max(0, help.IndexOf("GLOBAL OPTIONS", StringComparison.Ordinal))]))
            {
                var name = $"--{flag.Groups[1].Value}";
                Assert.True(
                    name == "--help" || IsLeftOut($"{command} {name}") || own.Any(line => line.Contains(name, StringComparison.Ordinal)),
                    $"no script has {command} {name}");
            }
        }
    }

    [Fact(Explicit = true)]
    public async Task The_performance_check_passes()
    {
        await using var daemon = new Daemon(Binaries.Server);
        await daemon.StartAsync();
        var told = await new EtcdCtl("3.5", daemon).RunAsync("check", "perf", "--load=s", "--prefix=/perf/", "--auto-compact", "--auto-defrag");
        Assert.Contains("PASS", told.Split('\n')[^2], StringComparison.Ordinal);
    }

    private static IEnumerable<string> Scripts() =>
        Directory.EnumerateFiles(s_directory, "*.sh").Select(file => Path.GetFileNameWithoutExtension(file)).Where(name => name != "prelude").Order();

    private static bool IsLeftOut(string name) => s_leftOut.Keys.Any(left => name == left || name.StartsWith(left + " ", StringComparison.Ordinal));

    private static async Task<string[]> CommandsAsync(string version)
    {
        var help = await Command.OutputOfAsync(Binaries.EtcdCtl(version), "help");
        var commands = Commands().Matches(help).Select(match => match.Groups[1].Value).Where(command => command != "help").ToArray();
        Assert.Contains("lease timetolive", commands);
        return [.. commands.Where(command => !IsLeftOut(command))];
    }

    /// <summary>What a script says against fresh servers of one kind: a command and its answer each.</summary>
    internal static Task<string[]> TellAsync(string binary, string script, string version, string format) =>
        TellByAsync(binary, Binaries.EtcdCtl(version), script, format);

    /// <summary>As above, by the etcdctl at a path.</summary>
    internal static async Task<string[]> TellByAsync(string binary, string etcdctl, string script, string format)
    {
        await using var servers = new TestCluster(script == ThreeMembers ? 3 : 1, [CheapPasswords], binary: binary);
        await using var other = new Daemon(binary, flags: [CheapPasswords]);
        await Task.WhenAll(servers.StartAsync(), other.StartAsync());
        string[] environment =
        [
            $"ETCDCTL={etcdctl}", $"ETCDCTL_ENDPOINTS={servers.Endpoints}", $"ETCDCTL_WRITE_OUT={format}",
            $"OTHER=127.0.0.1:{other.ClientPort}",
        ];
        string[] files = [Path.Combine(s_directory, "prelude.sh"), Path.Combine(s_directory, script + ".sh")];
        var done = await Command.RunAsync("env", [.. environment, "bash", "-c", "source \"$0\"; source \"$1\"", .. files]);
        return Masked(done.Output + done.Error).Split("\n$ ");
    }

    private static string Masked(string text)
    {
        (Regex, string)[] masks =
        [
            (Logged(), ""), (Ended(), ""), (Endpoints(), "HOST"), (Ids(), "$1ID"), (Hex(), "ID"), (Durations(), "TIME"),
            (Remaining(), "$1TIME"), (Rules(), "-"), (Spaces(), " "),
        ];
        return masks.Aggregate(text, (masked, mask) => mask.Item1.Replace(masked, mask.Item2));
    }

    [GeneratedRegex(@"^\t([a-z-]+(?: [a-z-]+)?)\t+[A-Z\[]", RegexOptions.Multiline)]
    private static partial Regex Commands();

    [GeneratedRegex(@"^ +(?:-\w, )?--([a-z-]+)", RegexOptions.Multiline)]
    private static partial Regex Flags();

    [GeneratedRegex(@"^(?:\{""level""|etcdctl: ).*$\n?", RegexOptions.Multiline)]
    private static partial Regex Logged();

    /// <summary>Bash's own word about a background command.</summary>
    [GeneratedRegex(@"^\[\d+\][+-]? .*$\n?", RegexOptions.Multiline)]
    private static partial Regex Ended();

    [GeneratedRegex(@"(http://)?127\.0\.0\.1:\d{4,}")]
    private static partial Regex Endpoints();

    [GeneratedRegex("(\"?(?:cluster_id|member_id|ClusterID|MemberID|ID|memberID|raft_term|RaftTerm|LeaseID|Lease|lease|id)\"? ?: ?)\\d+")]
    private static partial Regex Ids();

    [GeneratedRegex(@"\b[0-9a-f]{13,16}\b")]
    private static partial Regex Hex();

    [GeneratedRegex(@"\b\d+(\.\d+)?(ns|µs|ms|s)\b")]
    private static partial Regex Durations();

    [GeneratedRegex("(\"(?:TTL|ttl)\" ?: ?)\\d+")]
    private static partial Regex Remaining();

    [GeneratedRegex("(-|─){2,}")]
    private static partial Regex Rules();

    [GeneratedRegex(" {2,}")]
    private static partial Regex Spaces();
}
