namespace EtcdEdge.Differential;

/// <summary>
/// Shortens a failing sequence: leaves out ever smaller pieces as long as the last call's answers still differ (Zeller's ddmin), within a bound
/// on the number of attempts, since each needs two fresh servers.
/// </summary>
internal static class Minimiser
{
    private const int MaxAttempts = 80;

    public static async Task<Mismatch> ShrinkAsync(Contestants contestants, Mismatch found, CancellationToken cancel)
    {
        var attempts = 0;
        for (var piece = found.Steps.Count / 2; piece >= 1 && attempts < MaxAttempts; piece /= 2)
        {
            for (var at = found.Steps.Count - 1 - piece; at >= 0 && attempts < MaxAttempts; at -= piece)
            {
                attempts++;
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
        return await Trial.ReplayAsync(contestants, rest, cancel) is { } shorter ? shorter with { Seed = found.Seed } : null;
    }
}
