using EtcdEdge.Differential.Fuzz;
using EtcdEdge.Testing;
using Xunit;

namespace EtcdEdge.EndToEnd.Tests;

// Goal: a bounded slice of scripts/fuzz in every run of the tests: nothing that arrives at a port ends, stops or bloats the server.
public sealed class FuzzTests
{
    [Fact]
    public async Task Nothing_that_is_sent_to_any_port_ends_or_stops_the_server()
    {
        await using var daemon = new Daemon(Binaries.Server, flags: Fuzzer.Flags);
        await daemon.StartAsync();
        Assert.Null(await new Fuzzer(daemon, seed: 1).RunAsync(count: 8_000, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task No_message_between_members_hangs_one_or_ends_it_without_a_line() =>
        Assert.Null(await new PeerFuzzer(Binaries.Server, seed: 1).RunAsync(count: 1_500, TestContext.Current.CancellationToken));
}
