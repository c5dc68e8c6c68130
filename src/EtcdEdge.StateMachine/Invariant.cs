namespace EtcdEdge.StateMachine;

/// <summary>What must hold whatever the input. Checked in Release too: a member that has lost its way must not go on.</summary>
internal static class Invariant
{
    /// <exception cref="InvalidOperationException">The invariant does not hold.</exception>
    public static void Require(bool condition, string why)
    {
        if (!condition)
        {
            throw new InvalidOperationException($"broken invariant: {why}");
        }
    }
}
