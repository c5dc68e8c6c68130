namespace EtcdEdge.Storage;

/// <summary>Broken invariants are bugs, not conditions: they end the process, in Release too.</summary>
internal static class Invariant
{
    public static void Require(bool condition, string why)
    {
        if (!condition)
        {
            Throw(why);
        }
    }

    private static void Throw(string why) => throw new InvalidOperationException($"invariant broken: {why}");
}
