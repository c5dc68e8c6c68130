namespace EtcdEdge.Server.Tests.Peers;

/// <summary>Waits for a condition without a bound of its own: the test's cancellation ends a wait that is in vain.</summary>
internal static class Eventually
{
    public static async Task IsTrue(Func<bool> condition, CancellationToken cancel)
    {
        while (!condition())
        {
            await Task.Delay(5, cancel);
        }
    }
}
