using System.Text.RegularExpressions;
using EtcdEdge.Api;
using EtcdEdge.Raft.Model;
using EtcdEdge.Testing;
using Grpc.Core;

namespace EtcdEdge.Differential.Fuzz;

/// <summary>
/// Members of a running cluster get, from connections that say they are members too, messages in valid frames that no member would send: terms,
/// indexes and commits from nowhere, entries that hold anything, states that are none. Members trust each other, so this may cost the cluster its
/// leader or its log; it must not make a member hang, nor end otherwise than with the one line of a check that failed.
/// </summary>
internal sealed partial class PeerFuzzer(string server, int seed)
{
    private const int Members = 3;
    private const int PerCluster = 3000;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <summary>Why members ended, with how often.</summary>
    public SortedDictionary<string, int> Ends { get; } = new(StringComparer.Ordinal);

    /// <summary>Null when all stood the test, or what one did wrong.</summary>
    public async Task<string?> RunAsync(int count, CancellationToken cancel)
    {
        for (var done = 0; done < count; done += PerCluster)
        {
            if (await ClusterAsync(new Random(seed + done), Math.Min(PerCluster, count - done), cancel) is { } failure)
            {
                return $"{failure} (seed {seed}, within {done + PerCluster} messages)";
            }
        }

        return null;
    }

    private async Task<string?> ClusterAsync(Random random, int count, CancellationToken cancel)
    {
        var daemons = NewCluster();
        try
        {
            daemons.ForEach(daemon => daemon.Start());
            await Task.WhenAll(daemons.Select(daemon => daemon.WaitReadyAsync()));
            await AttackAsync(daemons, random, count, cancel);
            foreach (var daemon in daemons)
            {
                if (await JudgeAsync(daemon, cancel) is { } failure)
                {
                    return $"{failure}\n{string.Join('\n', daemon.Log.TakeLast(15))}";
                }
            }

            return null;
        }
        finally
        {
            foreach (var daemon in daemons)
            {
                await daemon.DisposeAsync();
            }
        }
    }

    private List<Daemon> NewCluster()
    {
        var ports = Enumerable.Range(0, Members).Select(_ => Ports.Free()).ToArray();
        var initial = string.Join(',', ports.Select((port, i) => $"m{i}=http://127.0.0.1:{port}"));
        return [.. ports.Select((port, i) =>
            new Daemon(server, flags: [$"--name=m{i}", $"--initial-cluster={initial}", "--log-level=error"]) { PeerPort = port })];
    }

    private static async Task AttackAsync(List<Daemon> daemons, Random random, int count, CancellationToken cancel)
    {
        await using var session = new Session(daemons[0].ClientUrl);
        var status = await session.Maintenance.StatusAsync(new StatusRequest(), cancellationToken: cancel);
        var members = (await session.Cluster.MemberListAsync(new MemberListRequest(), cancellationToken: cancel))
            .Members.Select(member => (member.ID, member.PeerURLs[0])).ToArray();
        ulong[] names = [members[0].ID, members[1].ID, members[2].ID, 0x77];
        var impostors = names.Select((name, i) => new Impostor(status.Header.ClusterId, name, members, leads: i == 0, random.Next())).ToArray();
        try
        {
            await Task.Delay(300, cancel);
            for (var sent = 0; sent < count && daemons.Any(daemon => !daemon.HasExited); sent++)
            {
                impostors[random.Next(impostors.Length)].Send(status.RaftTerm, status.RaftIndex + (ulong)random.Next(20));
                if (sent % 20 == 0)
                {
                    await Task.Delay(5, cancel);
                    status = await StatusAsync(daemons, cancel) ?? status;
                }
            }
        }
        finally
        {
            foreach (var impostor in impostors)
            {
                await impostor.DisposeAsync();
            }
        }
    }

    /// <summary>What one of those that live says of term and log now, or null.</summary>
    private static async Task<StatusResponse?> StatusAsync(List<Daemon> daemons, CancellationToken cancel)
    {
        if (daemons.Find(daemon => !daemon.HasExited) is not { } alive)
        {
            return null;
        }

        await using var session = new Session(alive.ClientUrl);
        try
        {
            return await session.Maintenance.StatusAsync(new StatusRequest(), deadline: DateTime.UtcNow.AddSeconds(5), cancellationToken: cancel);
        }
        catch (RpcException)
        {
            return null;
        }
    }

    private async Task<string?> JudgeAsync(Daemon daemon, CancellationToken cancel)
    {
        if (!daemon.HasExited)
        {
            using var client = new HttpClient { Timeout = s_patience };
            try
            {
                await client.GetStringAsync(daemon.ClientUrl + "/livez", cancel);
                return null;
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                if (!await daemon.WaitForExitAsync(TimeSpan.FromSeconds(1)))
                {
                    return $"a member hangs: {e.Message}";
                }
            }
        }

        var lines = daemon.Log.Where(line => line.Contains("\"level\":\"fatal\"", StringComparison.Ordinal)).ToArray();
        if (daemon.ExitCode != 1 || lines.Length != 1 || daemon.Log.Any(line => line.StartsWith("   at ", StringComparison.Ordinal)))
        {
            return $"a member ended with code {daemon.ExitCode} and {lines.Length} lines";
        }

        var reason = Reason().Match(lines[0]).Groups[1].Value;
        Ends[reason] = Ends.GetValueOrDefault(reason) + 1;
        return null;
    }

    [GeneratedRegex("\"error\":\"([^\"]*)\"")]
    private static partial Regex Reason();
}
