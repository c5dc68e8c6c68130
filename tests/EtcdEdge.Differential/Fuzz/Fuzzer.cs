using EtcdEdge.Testing;

namespace EtcdEdge.Differential.Fuzz;

/// <summary>
/// Sends what nobody should to a running server's ports: to gRPC, the JSON gateway, the v2 API, the bare client port and the peer port. The server
/// has to answer everything in time, whatever the answer, to serve another client meanwhile, and to be there afterwards with no more memory than its
/// keys need.
/// </summary>
internal sealed class Fuzzer(Daemon daemon, int seed)
{
    /// <summary>Flags of a server that is to be fuzzed: a store that can be filled, passwords that cost nothing, every way in open.</summary>
    public static readonly string[] Flags = ["--log-level=error", "--quota-backend-bytes=67108864", "--bcrypt-cost=4", "--enable-v2"];

    private const int Lanes = 16;
    private const int PerRound = Lanes * 500;
    private const long MostResidentBytes = 1L << 30;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <summary>What was sent, and how much of it got past the decoders.</summary>
    public FuzzTally Tally { get; } = new();

    /// <summary>The longest that the other client waited.</summary>
    public TimeSpan LongestProbe { get; private set; }

    /// <summary>Null when the server stood, or what it did wrong.</summary>
    public async Task<string?> RunAsync(int count, CancellationToken cancel)
    {
        await using var session = new Session(daemon.ClientUrl);
        await using var other = new Session(daemon.ClientUrl);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var probe = new Probe(other, s_patience);
        var probing = probe.RunAsync(end.Token);
        var failure = await RoundsAsync(session, probe, count, cancel);
        await end.CancelAsync();
        LongestProbe = probe.Longest;
        return failure ?? await probing;
    }

    private async Task<string?> RoundsAsync(Session session, Probe probe, int count, CancellationToken cancel)
    {
        for (var done = 0; done < count; done += PerRound)
        {
            var each = (Math.Min(count - done, PerRound) + Lanes - 1) / Lanes;
            var from = seed + done;
            var failures = await Task.WhenAll(Enumerable.Range(0, Lanes)
                .Select(lane => new FuzzLane(daemon, session, Tally, from + (lane * 7919)).RunAsync(each, cancel)));
            if ((failures.FirstOrDefault(failure => failure is not null) ?? await LookAsync(session, probe, cancel)) is { } failure)
            {
                return $"{failure} (seed {seed}, within {done + (each * Lanes)} inputs)";
            }
        }

        return null;
    }

    private async Task<string?> LookAsync(Session session, Probe probe, CancellationToken cancel)
    {
        if (daemon.HasExited)
        {
            return $"it ended with code {daemon.ExitCode}:\n{string.Join('\n', daemon.Log.TakeLast(20))}";
        }

        if (daemon.ResidentBytes > MostResidentBytes)
        {
            return $"{daemon.ResidentBytes} bytes resident";
        }

        await probe.RecoverAsync(cancel);
        using var health = await session.Http.GetAsync("/health", cancel).WaitAsync(s_patience, cancel);
        return health.IsSuccessStatusCode
            ? daemon.Log.FirstOrDefault(line => line.Contains("a call failed in a way it should not", StringComparison.Ordinal))
            : $"/health: {await health.Content.ReadAsStringAsync(cancel)}";
    }
}
