using System.Diagnostics;

namespace EtcdEdge.Differential;

/// <summary>
/// Shortens a failing sequence: leaves out ever smaller pieces as long as the last call's answers still differ (Zeller's ddmin), within a
/// budget of time, since each attempt needs two fresh servers.
/// </summary>
internal static class Minimiser
{
    public static async Task<Mismatch> ShrinkAsync(Contestants contestants, Mismatch found, TimeSpan budget, CancellationToken cancel)
    {
        var clock = Stopwatch.StartNew();
        for (var piece = found.Steps.Count / 2; piece >= 1; piece /= 2)
        {
            for (var at = found.Steps.Count - 1 - piece; at >= 0 && clock.Elapsed < budget; at -= piece)
            {
                found = await WithoutAsync(contestants, found, at, piece, cancel) ?? found;
            }
        }

        return found;
    }

    private static async Task<Mismatch?> WithoutAsync(Contestants contestants, Mismatch found, int at, int count, CancellationToken cancel)
    {
        if (at + count >= found.Steps.Count)
        {
            return null;
        }

        var rest = found.Steps.Take(at).Concat(found.Steps.Skip(at + count)).ToArray();
        return await Trial.ReplayAsync(contestants, rest, cancel) is { } shorter && shorter.IsLike(found) ? shorter with { Seed = found.Seed } : null;
    }
}
