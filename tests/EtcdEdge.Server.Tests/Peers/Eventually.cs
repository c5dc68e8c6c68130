using System.Diagnostics;
using Xunit;

namespace EtcdEdge.Server.Tests.Peers;

/// <summary>Waits for a condition that holds in the end. The bound is no expectation; it only turns a wait in vain into a failed test.</summary>
internal static class Eventually
{
    private static readonly TimeSpan s_inVain = TimeSpan.FromMinutes(1);

    public static async Task IsTrue(Func<bool> condition, CancellationToken cancel)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < s_inVain, "waited in vain");
            await Task.Delay(5, cancel);
        }
    }
}
