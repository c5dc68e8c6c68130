using System.Diagnostics;
using EtcdEdge.Testing;
using Xunit;

namespace EtcdEdge.EndToEnd.Tests;

// Goal: a cluster can be followed by another across the border between EtcdEdge and etcd. Method: etcdctl make-mirror, which copies what is there and
// then watches.
public sealed class MirrorTests
{
    private const int Earlier = 300;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_there_and_what_comes_is_mirrored_to_and_from_etcd(bool isFromEtcd)
    {
        await using var source = new Daemon(isFromEtcd ? Binaries.Etcd : Binaries.Server);
        await using var copy = new Daemon(isFromEtcd ? Binaries.Server : Binaries.Etcd);
        await Task.WhenAll(source.StartAsync(), copy.StartAsync());
        var (from, to) = (new EtcdCtl("3.5", source), new EtcdCtl("3.5", copy));
        await using var session = new Differential.Session(source.ClientUrl);
        for (var i = 0; i < Earlier; i++)
        {
            await PutAsync(session, $"a/{i:D3}", $"{i}");
        }

        await PutAsync(session, "b/outside", "1");
        var mirroring = from.CommandLine("make-mirror", "--prefix=a/", "--dest-prefix=z/", copy.ClientUrl);
        using var mirror = Process.Start(mirroring[0], mirroring[1..]);
        try
        {
            await SameAsync(from, to);
            await PutAsync(session, "a/000", "changed");
            await PutAsync(session, "a/new", "1");
            await from.RunAsync("del", "a/001");
            await from.RunAsync("del", "a/1", "--prefix");
            await SameAsync(from, to);
            Assert.Equal("", await to.RunAsync("get", "b/", "--prefix"));
            Assert.False(mirror.HasExited);
        }
        finally
        {
            mirror.Kill();
            await mirror.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }

    private static async Task PutAsync(Differential.Session session, string key, string value) => await session.Kv.PutAsync(
        new Api.PutRequest { Key = Google.Protobuf.ByteString.CopyFromUtf8(key), Value = Google.Protobuf.ByteString.CopyFromUtf8(value) },
        cancellationToken: TestContext.Current.CancellationToken);

    private static Task SameAsync(EtcdCtl from, EtcdCtl to) => TestCluster.EventuallyAsync(async () =>
    {
        var expected = (await from.RunAsync("get", "a/", "--prefix")).Replace("a/", "z/", StringComparison.Ordinal);
        return expected == await to.RunAsync("get", "z/", "--prefix");
    }, "the mirror does not come level");
}
