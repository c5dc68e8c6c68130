using System.Security.Cryptography;
using EtcdEdge.Api;
using EtcdEdge.Differential;
using Google.Protobuf;
using Grpc.Core;
using Xunit;

namespace EtcdEdge.EndToEnd.Tests;

/// <summary>How tests put keys and leases into a cluster, through the member they name, and see that all members hold the same.</summary>
internal static class ClusterWrites
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>One key; must succeed.</summary>
    public static async Task PutAsync(this TestCluster cluster, int member, string key, string value)
    {
        await using var session = new Session(cluster[member].ClientUrl);
        await session.Kv.PutAsync(Put(key, ByteString.CopyFromUtf8(value)), cancellationToken: Cancel);
    }

    /// <summary>The keys k<paramref name="first"/>, … with values that do not repeat, each acknowledged before the next.</summary>
    public static async Task PutManyAsync(this TestCluster cluster, int member, int first, int count, int valueBytes = 8)
    {
        await using var session = new Session(cluster[member].ClientUrl);
        for (var i = first; i < first + count; i++)
        {
            await session.Kv.PutAsync(Put($"k{i}", ByteString.CopyFrom(RandomNumberGenerator.GetBytes(valueBytes))), cancellationToken: Cancel);
        }
    }

    /// <summary>How many of them there are, as a member knows it.</summary>
    public static async Task<long> CountAsync(this TestCluster cluster, int member)
    {
        await using var session = new Session(cluster[member].ClientUrl);
        var count = new RangeRequest { Key = ByteString.CopyFromUtf8("k"), RangeEnd = ByteString.CopyFromUtf8("l"), CountOnly = true };
        return (await session.Kv.RangeAsync(count, cancellationToken: Cancel)).Count;
    }

    /// <summary>Repeats a put until one is acknowledged.</summary>
    public static Task EventuallyPutsAsync(this TestCluster cluster, int member, string key, string value) =>
        TestCluster.EventuallyAsync(
            async () => (await cluster.TryCtlAsync(member, "--command-timeout=20s", "put", key, value)).ExitCode == 0, "no write is taken");

    /// <summary>A new lease, by its id in hexadecimal, with a key of this name on it.</summary>
    public static async Task<string> GrantAsync(this TestCluster cluster, int member, int seconds, string key)
    {
        var granted = await cluster.TryCtlAsync(member, "lease", "grant", $"{seconds}");
        Assert.Equal(0, granted.ExitCode);
        var lease = granted.Output.Split(' ')[1];
        Assert.Equal(0, (await cluster.TryCtlAsync(member, "put", key, "1", "--lease=" + lease)).ExitCode);
        return lease;
    }

    /// <summary>Waits until the member holds what all others hold.</summary>
    public static Task IsLevelAsync(this TestCluster cluster, int member) => TestCluster.EventuallyAsync(async () =>
    {
        var hashes = await Task.WhenAll(Enumerable.Range(0, cluster.Members.Count).Select(i => HashAsync(cluster, i)));
        return hashes[member] is not null && hashes.All(hash => hash == hashes[member]);
    }, "the member does not come up to date:\n" + string.Join('\n', cluster[member].Log));

    private static async Task<(long Revision, uint Hash)?> HashAsync(TestCluster cluster, int member)
    {
        await using var session = new Session(cluster[member].ClientUrl);
        try
        {
            var hash = await session.Maintenance.HashKVAsync(new HashKVRequest(), deadline: DateTime.UtcNow.AddSeconds(5), cancellationToken: Cancel);
            return (hash.Header.Revision, hash.Hash);
        }
        catch (RpcException)
        {
            return null;
        }
    }

    private static PutRequest Put(string key, ByteString value) => new() { Key = ByteString.CopyFromUtf8(key), Value = value };
}
