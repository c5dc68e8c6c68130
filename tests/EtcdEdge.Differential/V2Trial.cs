using EtcdEdge.Testing;

namespace EtcdEdge.Differential;

/// <summary>One seed of the v2 API against etcd 3.4, the last that serves it: two fresh servers, the same requests to both, answers compared one by one.</summary>
internal static class V2Trial
{
    private static readonly string[] s_flags = ["--enable-v2", "--log-level=error"];

    /// <summary>Null, or the first difference and the requests that led to it.</summary>
    public static async Task<string?> RunAsync(string reference, string subject, int seed, int steps, CancellationToken cancel)
    {
        await using var expected = new Daemon(reference, flags: [.. s_flags, "--logger=zap"]);
        await using var actual = new Daemon(subject, flags: s_flags);
        await Task.WhenAll(expected.StartAsync(), actual.StartAsync());
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(20) };
        var generator = new V2Generator(seed);
        var done = new List<V2Call>();
        for (int i = 0; i < steps; i++)
        {
            var call = generator.Next();
            done.Add(call);
            string right = await call.AnswerAsync(client, expected.ClientUrl, cancel), ours = await call.AnswerAsync(client, actual.ClientUrl, cancel);
            if (right != ours)
            {
                return $"seed {seed}, request {done.Count}: {call}\n  reference: {right}\n  subject:   {ours}\n  the last requests:\n    "
                    + $"{string.Join("\n    ", done.TakeLast(15))}\n  replay: scripts/differential --v2 --seed {seed} --count 1 --steps {done.Count}";
            }
        }
        return null;
    }
}
