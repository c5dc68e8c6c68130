using EtcdEdge.Testing;
using Xunit;

namespace EtcdEdge.EndToEnd.Tests;

// Goal: a description of the cluster that cannot be meant is refused at the start, in etcd's words, with what to change.
public sealed class FoundingTests
{
    public FoundingTests() => Assert.SkipWhen(Binaries.ServerIsEtcd, "one line and exit code 1 are EtcdEdge's own promise");

    [Theory]
    [InlineData("a=http://127.0.0.1:1,b=http://127.0.0.1:1", "http://127.0.0.1:1", "a", "has duplicate url", "--initial-cluster")]
    [InlineData("a=http://127.0.0.1:1,a=http://127.0.0.1:2", "http://127.0.0.1:1", "a", "missing from --initial-advertise-peer-urls",
        "http://127.0.0.1:2")]
    [InlineData("a=http://127.0.0.1:1,b=http://127.0.0.1:2", "http://127.0.0.1:1", "c", "couldn't find local name", "--name")]
    [InlineData("a=http://127.0.0.1:1,b=http://127.0.0.1:2", "http://127.0.0.1:3", "a",
        "missing from --initial-advertise-peer-urls=http://127.0.0.1:3")]
    [InlineData("a=http://127.0.0.1:1,b=", "http://127.0.0.1:1", "a", "initial-cluster")]
    [InlineData("a=http://127.0.0.1,b=http://127.0.0.1:2", "http://127.0.0.1:1", "a", "initial-cluster")]
    public async Task A_cluster_that_cannot_be_meant_is_refused(string cluster, string advertised, string name, params string[] words)
    {
        await using var daemon = new Daemon(Binaries.Server,
            flags: [$"--name={name}", $"--initial-cluster={cluster}", $"--initial-advertise-peer-urls={advertised}"]);
        await OneLine.RefusesAsync(daemon, words);
    }

    [Fact]
    public async Task Members_that_describe_the_cluster_differently_refuse_each_other_and_say_so()
    {
        var other = Ports.Free();
        await using var cluster = new TestCluster(2);
        await using var odd = new Daemon(Binaries.Server, flags:
        [
            "--name=m2", $"--initial-cluster=m1={cluster[0].PeerUrl},m2={cluster[1].PeerUrl},m3=http://127.0.0.1:{other}",
                "--initial-cluster-state=new",
        ])
        { PeerPort = cluster[1].PeerPort };
        cluster[0].Start();
        odd.Start();
        await TestCluster.EventuallySaysAsync(cluster[0], "cluster ID mismatch");
        await TestCluster.EventuallySaysAsync(odd, "cluster ID mismatch");
        await TestCluster.EventuallySaysAsync(odd, "check --initial-cluster and --initial-cluster-token");
    }
}
