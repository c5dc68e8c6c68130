using Xunit;

namespace EtcdEdge.EndToEnd.Tests;

// Goal: a client of the JSON gateway that others wrote works, as its own tests say.
public sealed class GatewayClientTests
{
    [Fact]
    public async Task The_tests_of_python3_etcd3gw_pass()
    {
        var done = await Command.RunAsync("env", [$"ETCDEDGE_BIN={Binaries.Server}", Path.Combine(Binaries.Root, "scripts/etcd3gw")]);
        Assert.True(done.ExitCode == 0, done.Output + done.Error);
        Assert.Matches("Ran [0-9]+ tests", done.Error);
        Assert.EndsWith("OK", done.Error.TrimEnd(), StringComparison.Ordinal);
    }
}
