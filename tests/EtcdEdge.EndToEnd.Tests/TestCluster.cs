using System.Globalization;
using System.Text.RegularExpressions;
using EtcdEdge.Api;
using EtcdEdge.Differential;
using EtcdEdge.Testing;
using Grpc.Core;
using Xunit;

namespace EtcdEdge.EndToEnd.Tests;

/// <summary>Several daemons on the loopback that found one cluster, named m1, m2, …</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private readonly string[] _flags;
    private readonly TestNetwork? _network;
    private readonly string _peerScheme;
    private readonly string _binary;
    private readonly int _cleartext;
    private readonly List<Daemon> _members = [];

    /// <param name="size">How many members found it.</param>
    /// <param name="flags">Flags for each of them.</param>
    /// <param name="launchers">Commands that run single members, by index.</param>
    /// <param name="flagsOf">Flags for single members, by index.</param>
    /// <param name="network">Where each member has a machine of its own; null is the loopback.</param>
    /// <param name="peerScheme">"https" for members whose flags give them peer certificates.</param>
    /// <param name="binary">Null: the server under test.</param>
    /// <param name="cleartext">The member that is reached in cleartext all the same, or −1.</param>
    public TestCluster(
        int size, string[]? flags = null, Dictionary<int, string[]>? launchers = null, Dictionary<int, string[]>? flagsOf = null,
        TestNetwork? network = null, string peerScheme = "http", string? binary = null, int cleartext = -1)
    {
        (_flags, _network, _peerScheme, _binary, _cleartext) = (flags ?? [], network, peerScheme, binary ?? Binaries.Server, cleartext);
        var ports = Enumerable.Range(0, size).Select(_ => Ports.Free()).ToArray();
        var initial = string.Join(',', ports.Select((port, i) => $"m{i + 1}={SchemeOf(i)}://{HostOf(i)}:{port}"));
        for (var i = 0; i < size; i++)
        {
            _members.Add(NewDaemon($"m{i + 1}", initial, "new", ports[i], launchers?.GetValueOrDefault(i), flagsOf?.GetValueOrDefault(i)));
        }
    }

    public IReadOnlyList<Daemon> Members => _members;

    public Daemon this[int index] => _members[index];

    public string Endpoints => string.Join(',', _members.Select(member => $"{member.Host}:{member.ClientPort}"));

    /// <summary>Starts all at once and waits until each answers.</summary>
    public async Task StartAsync()
    {
        _members.ForEach(member => member.Start());
        await Task.WhenAll(_members.Select(member => member.WaitReadyAsync()));
    }

    /// <summary>The index of the member that leads, as it says itself.</summary>
    public async Task<int> LeaderAsync()
    {
        using var limit = new CancellationTokenSource(s_patience);
        while (true)
        {
            for (var i = 0; i < _members.Count; i++)
            {
                if (await StatusAsync(i) is { } status && status.Leader == status.Header.MemberId)
                {
                    return i;
                }
            }

            await Task.Delay(50, limit.Token);
        }
    }

    /// <summary>What a member says of itself, or null when it does not answer.</summary>
    public async Task<StatusResponse?> StatusAsync(int index)
    {
        if (_members[index].HasExited)
        {
            return null;
        }

        await using var session = new Session(_members[index].ClientUrl);
        try
        {
            return await session.Maintenance.StatusAsync(new StatusRequest(), deadline: DateTime.UtcNow.AddSeconds(5));
        }
        catch (RpcException)
        {
            return null;
        }
    }

    /// <summary>Waits until <paramref name="holds"/> says so.</summary>
    public static async Task EventuallyAsync(Func<Task<bool>> holds, string what)
    {
        using var limit = new CancellationTokenSource(s_patience);
        while (!await holds())
        {
            Assert.False(limit.IsCancellationRequested, what);
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>
    /// Waits for longer than the leader keeps its log for a member that is away: it looks once in an election timeout, which it raises on a slow
    /// machine, whether anything was heard.
    /// </summary>
    public async Task LogIsNotHeldAsync()
    {
        using var client = new HttpClient();
        var metrics = await client.GetStringAsync(_members[await LeaderAsync()].MonitoringUrl + "/metrics", TestContext.Current.CancellationToken);
        var timeout = Regex.Match(metrics, @"^etcdedge_election_timeout_seconds (\S+)", RegexOptions.Multiline).Groups[1].Value;
        await Task.Delay(TimeSpan.FromSeconds(2.1 * double.Parse(timeout, CultureInfo.InvariantCulture)), TestContext.Current.CancellationToken);
    }

    /// <summary>Waits until a line of the log has all these words.</summary>
    public static Task EventuallySaysAsync(Daemon daemon, params string[] words) =>
        EventuallyAsync(
            () => Task.FromResult(daemon.Log.Any(line => words.All(word => line.Contains(word, StringComparison.Ordinal)))),
            $"no line with {string.Join(" and ", words)}:\n{string.Join('\n', daemon.Log)}");

    /// <summary>etcdctl with all members as endpoints; must succeed.</summary>
    public Task<string> CtlAsync(params string[] arguments) =>
        Command.OutputOfAsync(Binaries.EtcdCtl("3.5"), [$"--endpoints={Endpoints}", .. arguments]);

    /// <summary>etcdctl against one member; may fail.</summary>
    public Task<Command> TryCtlAsync(int index, params string[] arguments) => new EtcdCtl("3.5", _members[index]).TryAsync("", arguments);

    /// <summary>A further member that is to join; not started. Belongs to the cluster from now on.</summary>
    public Daemon Add(string name, int peerPort, string initialCluster)
    {
        _members.Add(NewDaemon(name, initialCluster, "existing", peerPort, null, null));
        return _members[^1];
    }

    /// <summary>etcdctl's flag for a member's peer URL.</summary>
    public static string PeerUrls(int port) => $"--peer-urls=http://127.0.0.1:{port}";

    /// <summary>As the manual says: member add, which prints what the new member's flags must be. The joiner is not started.</summary>
    public async Task<(string Id, Daemon Joiner)> InviteAsync(string name, params string[] flags)
    {
        var port = Ports.Free();
        var output = "";
        await EventuallyAsync(async () =>
        {
            var added = await TryCtlAsync(0, ["member", "add", name, PeerUrls(port), .. flags]);
            output = added.Output;
            Assert.True(added.ExitCode == 0 || added.Error.Contains("unhealthy cluster", StringComparison.Ordinal), added.Error);
            return added.ExitCode == 0;
        }, "the cluster stays unhealthy");
        var initial = Regex.Match(output, "ETCD_INITIAL_CLUSTER=\"(.*)\"").Groups[1].Value;
        return (Regex.Match(output, "Member +([0-9a-f]+) added").Groups[1].Value, Add(name, port, initial));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var member in _members)
        {
            await member.DisposeAsync();
        }
    }

    private Daemon NewDaemon(string name, string initialCluster, string state, int peerPort, string[]? launcher, string[]? ownFlags)
    {
        string[] flags = [$"--name={name}", $"--initial-cluster={initialCluster}", $"--initial-cluster-state={state}", .. _flags, .. ownFlags ?? []];
        launcher ??= _network?.At(_members.Count);
        return new Daemon(_binary, null, flags, launcher)
        {
            Host = HostOf(_members.Count),
            PeerPort = peerPort,
            PeerScheme = SchemeOf(_members.Count)
        };
    }

    private string SchemeOf(int index) => index == _cleartext ? "http" : _peerScheme;

    private string HostOf(int index) => _network?.AddressOf(index) ?? "127.0.0.1";
}
