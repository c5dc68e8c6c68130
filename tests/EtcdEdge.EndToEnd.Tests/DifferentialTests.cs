using EtcdEdge.Differential;
using Xunit;

namespace EtcdEdge.EndToEnd.Tests;

// Goal: a bounded slice of scripts/differential in every run of the tests; long runs by hand.
public sealed class DifferentialTests
{
    private const int Steps = 250;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Random_calls_are_answered_as_etcd_answers_them(int seed)
    {
        var contestants = new Contestants(Binaries.Etcd, Binaries.Server);
        var mismatch = await Trial.RandomAsync(contestants, seed, Steps, auth: false, TestContext.Current.CancellationToken);
        Assert.True(mismatch is null, mismatch?.ToString());
    }
}
