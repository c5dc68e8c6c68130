using EtcdEdge.Configuration;
using EtcdEdge.Raft.Model;
using EtcdEdge.Server.Bootstrap;
using EtcdEdge.Server.Common;
using EtcdEdge.Server.Metrics;
using EtcdEdge.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EtcdEdge.Server.Tests.Bootstrap;

/// <summary>Goal: one of several members never gives up what it acknowledged. Method: a log of three members, damaged on the disk.</summary>
public sealed class MemberStoreTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void One_of_several_members_does_not_accept_a_loss_and_leaves_its_log_as_it_is()
    {
        WriteLog();
        DamagedLog.FlipBit(_directory.Data, page: 5);
        var damage = Assert.ThrowsAny<StartException>(() => Open(acceptLoss: false)).Message;
        Assert.Equal($"{damage} --wal-accept-loss is for a single member; this is one of 3",
            Assert.ThrowsAny<StartException>(() => Open(acceptLoss: true)).Message);
        Assert.Equal(damage, Assert.ThrowsAny<StartException>(() => Open(acceptLoss: false)).Message);
    }

    private void WriteLog()
    {
        using var store = Open(acceptLoss: false);
        for (var index = store.Replay.LastIndex + 1; index < 20; index++)
        {
            store.Wal.Append(new HardState(1, 0, index - 1), [new Entry(1, index, EntryType.Normal, ReadOnlyMemory<byte>.Empty)]);
            var group = store.Wal.Seal()!;
            store.Wal.Write(group);
            store.Wal.Return(group);
        }

        store.Wal.Close();
    }

    private MemberStore Open(bool acceptLoss)
    {
        var options = new ServerOptions
        {
            Name = "a",
            DataDir = _directory.Data,
            Cluster = new() { InitialMembers = [Member("a", 1), Member("b", 2), Member("c", 3)] },
            Wal = new() { AcceptLoss = acceptLoss },
        };
        return MemberStore.Open(new FileDisk(), options, new EtcdMetrics(MetricsDetail.Basic, FeatureGates.Defaults), NullLogger.Instance);
    }

    private static InitialMember Member(string name, int port) => new(name, [new ListenUrl("http", "127.0.0.1", port)]);
}
