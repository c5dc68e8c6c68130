using EtcdEdge.Api;
using EtcdEdge.Differential;
using EtcdEdge.Testing;
using Google.Protobuf;
using Xunit;

namespace EtcdEdge.EndToEnd.Tests;

// Goal: the tree that Kubernetes keeps in etcd, seen through the real command line client.
public sealed class KubernetesTreeTests
{
    [Theory]
    [InlineData("3.4")]
    [InlineData("3.5")]
    public async Task The_whole_tree_is_listed_in_key_order(string version)
    {
        await using var daemon = new Daemon(Binaries.Server);
        await daemon.StartAsync();
        await PlantAsync(daemon);
        var etcdctl = new EtcdCtl(version, daemon);
        Assert.Equal(KubernetesTree.Keys, await etcdctl.LinesAsync("get", "/", "--prefix", "--keys-only"));
        Assert.Equal(KubernetesTree.Keys.Reverse(), await etcdctl.LinesAsync("get", "/", "--prefix", "--keys-only", "--order=DESCEND"));
    }

    [Theory]
    [InlineData("3.4", "/registry/pods/kube-system/")]
    [InlineData("3.5", "/registry/pods/kube-system/")]
    [InlineData("3.5", "/registry/services/")]
    [InlineData("3.5", "/registry/minions/")]
    public async Task A_prefix_lists_its_own_keys_and_no_others(string version, string prefix)
    {
        await using var daemon = new Daemon(Binaries.Server);
        await daemon.StartAsync();
        await PlantAsync(daemon);
        var expected = KubernetesTree.Keys.Where(k => k.StartsWith(prefix, StringComparison.Ordinal));
        Assert.Equal(expected, await new EtcdCtl(version, daemon).LinesAsync("get", prefix, "--prefix", "--keys-only"));
    }

    [Fact]
    public async Task A_list_in_pages_at_one_revision_sees_one_moment()
    {
        await using var daemon = new Daemon(Binaries.Server);
        await daemon.StartAsync();
        await PlantAsync(daemon);
        await using var session = new Session(daemon.ClientUrl);
        var (listed, cancel) = (new List<string>(), TestContext.Current.CancellationToken);
        var request = new RangeRequest { Key = Utf8("/registry/"), RangeEnd = Utf8("/registry0"), Limit = 7 };
        RangeResponse page;
        do
        {
            page = await session.Kv.RangeAsync(request, cancellationToken: cancel);
            listed.AddRange(page.Kvs.Select(kv => kv.Key.ToStringUtf8()));
            request.Revision = request.Revision == 0 ? page.Header.Revision : request.Revision;
            request.Key = Utf8(listed[^1] + "\0");
            await session.Kv.PutAsync(new PutRequest { Key = Utf8($"/registry/zz/{listed.Count}") }, cancellationToken: cancel);
        }
        while (page.More);
        Assert.Equal(KubernetesTree.Keys, listed);
    }

    private static ByteString Utf8(string text) => ByteString.CopyFromUtf8(text);

    /// <summary>Creates every key as the API server does: if it has no revision yet. In an order that is not the keys' own.</summary>
    private static async Task PlantAsync(Daemon daemon)
    {
        await using var session = new Session(daemon.ClientUrl);
        foreach (var key in KubernetesTree.Keys.OrderBy(k => string.Concat(k.Reverse()), StringComparer.Ordinal))
        {
            var created = await session.Kv.TxnAsync(new TxnRequest
            {
                Compare = { new Compare { Target = Compare.Types.CompareTarget.Mod, Key = Utf8(key), ModRevision = 0 } },
                Success = { new RequestOp { RequestPut = new PutRequest { Key = Utf8(key), Value = Utf8($"object {key}") } } },
            });
            Assert.True(created.Succeeded);
        }
    }
}
