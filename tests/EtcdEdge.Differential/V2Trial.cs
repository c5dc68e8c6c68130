using EtcdEdge.Testing;

namespace EtcdEdge.Differential;

/// <summary>
/// One seed of the v2 API against etcd 3.4, the last that serves it: two fresh servers, the same requests to both, answers compared one by one.
/// </summary>
internal static class V2Trial
{
    private const int MostWaits = 6;
    private const int Events = 1010;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(5);

    /// <summary>How long an event may take at most to reach who waits, when nothing else shows that it is to come.</summary>
    private static readonly TimeSpan s_quiet = TimeSpan.FromMilliseconds(300);
    private static readonly string[] s_flags = ["--enable-v2", "--log-level=error"];

    /// <summary>Null, or the first difference and the requests that led to it.</summary>
    public static async Task<string?> RunAsync(string reference, string subject, int seed, int steps, CancellationToken cancel)
    {
        await using var expected = new Daemon(reference, flags: [.. s_flags, "--logger=zap"]);
        await using var actual = new Daemon(subject, flags: s_flags);
        await Task.WhenAll(expected.StartAsync(), actual.StartAsync());
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(60) };
        var generator = new V2Generator(seed);
        var done = new List<V2Call>();
        var waits = new List<(V2Call Call, V2Wait Expected, V2Wait Actual)>();
        var difference = seed % 10 == 0 ? await FillAsync(client, expected.ClientUrl, actual.ClientUrl, cancel) : null;
        for (var i = 0; i < steps && difference is null; i++)
        {
            var call = generator.Next();
            done.Add(call);
            difference = call.IsWait
                ? await WaitAsync(call, waits, client, expected.ClientUrl, actual.ClientUrl, cancel)
                : await CompareAsync(call, client, expected.ClientUrl, actual.ClientUrl, cancel) ?? await SettleAsync(waits, cancel);
        }

        await Task.Delay(difference is null ? s_quiet : TimeSpan.Zero, cancel);
        difference ??= await SettleAsync(waits, cancel);
        waits.ForEach(Dispose);
        return difference is null ? null
            : $"seed {seed}, request {done.Count}: {difference}\n  the last requests:\n    {string.Join("\n    ", done.TakeLast(15))}\n"
            + $"  replay: scripts/differential --v2 --seed {seed} --count 1 --steps {done.Count}";
    }

    /// <summary>More events than are remembered, so that what is waited for is gone.</summary>
    private static async Task<string?> FillAsync(HttpClient client, string expected, string actual, CancellationToken cancel)
    {
        string? difference = null;
        for (var i = 0; i < Events && difference is null; i++)
        {
            difference = await CompareAsync(new V2Call("PUT", "/v2/keys/a", $"value={i}"), client, expected, actual, cancel);
        }

        return difference;
    }

    private static async Task<string?> CompareAsync(V2Call call, HttpClient client, string expected, string actual, CancellationToken cancel)
    {
        string right = await call.AnswerAsync(client, expected, cancel), ours = await call.AnswerAsync(client, actual, cancel);
        return right == ours ? null : Difference(call, right, ours);
    }

    private static async Task<string?> WaitAsync(
        V2Call call, List<(V2Call Call, V2Wait Expected, V2Wait Actual)> waits, HttpClient client, string expected, string actual,
            CancellationToken cancel)
    {
        if (waits.Count == MostWaits)
        {
            Dispose(waits[0]);
            waits.RemoveAt(0);
        }

        waits.Add((call, await V2Wait.StartAsync(call, client, expected, cancel), await V2Wait.StartAsync(call, client, actual, cancel)));
        return await SettleAsync(waits, cancel);
    }

    /// <summary>Both servers tell the same to everybody who waits, if not at once then soon.</summary>
    private static async Task<string?> SettleAsync(List<(V2Call Call, V2Wait Expected, V2Wait Actual)> waits, CancellationToken cancel)
    {
        foreach (var (call, expected, actual) in waits.Where(wait => !KnownDifferences.IsEndAbove(wait.Call, wait.Actual.Told)))
        {
            for (var left = s_patience; expected.Told != actual.Told; left -= s_pause)
            {
                if (left <= TimeSpan.Zero)
                {
                    if (KnownDifferences.IsEndAbove(call, actual.Told))
                    {
                        break;
                    }

                    return Difference(call, expected.Told, actual.Told);
                }

                await Task.Delay(s_pause, cancel);
            }
        }

        return null;
    }

    private static void Dispose((V2Call Call, V2Wait Expected, V2Wait Actual) wait)
    {
        wait.Expected.Dispose();
        wait.Actual.Dispose();
    }

    private static string Difference(V2Call call, string right, string ours) => $"{call}\n  reference: {right}\n  subject:   {ours}";
}
