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
    public Task Random_calls_are_answered_as_etcd_answers_them(int seed) => NothingDiffersAsync(seed, Calls.Api);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public Task Random_calls_of_users_with_and_without_rights_are_answered_as_etcd_answers_them(int seed) => NothingDiffersAsync(seed, Calls.Auth);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public Task Random_JSON_is_answered_as_etcd_s_gateway_answers_it(int seed) => NothingDiffersAsync(seed, Calls.Gateway);

    private static async Task NothingDiffersAsync(int seed, Calls calls)
    {
        var contestants = new Contestants(Binaries.Etcd, Binaries.Server);
        var mismatch = await Trial.RandomAsync(contestants, seed, Steps, calls, TestContext.Current.CancellationToken);
        Assert.True(mismatch is null, mismatch?.ToString());
    }
}
