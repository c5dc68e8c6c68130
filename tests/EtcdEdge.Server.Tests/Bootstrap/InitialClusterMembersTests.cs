using System.Security.Cryptography;
using EtcdEdge.Base.Cryptography;
using EtcdEdge.Configuration;
using EtcdEdge.Snapshots.Members;
using Xunit;

namespace EtcdEdge.Server.Tests.Bootstrap;

public sealed class InitialClusterMembersTests
{
    [Fact]
    public void Ids_are_the_ones_etcd_computes_for_its_defaults()
    {
        var birth = new InitialClusterMembers(new ClusterOptions());
        Assert.Equal(0x8e9e05c52164694dUL, Assert.Single(birth.Members).Id);
        Assert.Equal(0xcdf818194e3a8c32UL, birth.ClusterId);
    }

    [Fact]
    public void The_digest_is_the_frameworks_for_every_length_around_a_block()
    {
        for (var length = 0; length < 200; length++)
        {
            byte[] content = [.. Enumerable.Range(0, length).Select(i => (byte)(i * 7))];
#pragma warning disable CA5350 // the twin of what etcd uses for names
            Assert.Equal(SHA1.HashData(content), Sha1.Of(content));
#pragma warning restore CA5350
        }
    }
}
