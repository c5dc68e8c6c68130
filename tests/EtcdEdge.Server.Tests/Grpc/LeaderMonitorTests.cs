using EtcdEdge.Api;
using EtcdEdge.Configuration;
using EtcdEdge.Server.Common;
using Grpc.Core;
using Xunit;

namespace EtcdEdge.Server.Tests.Grpc;

/// <summary>Goal: a client whose stream requires a leader is told to look elsewhere when there is none for long, and only such a client is.</summary>
public sealed class LeaderMonitorTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stream_that_requires_a_leader_ends_without_one_and_others_go_on()
    {
        await using var wire = await WireHost.StartAsync(
            new ServerOptions { Raft = new RaftOptions { ElectionTimeout = TimeSpan.FromMilliseconds(100) } });
        var lease = new Lease.LeaseClient(wire.Channel);
        await lease.LeaseGrantAsync(new LeaseGrantRequest { ID = 1, TTL = 600 }, cancellationToken: Cancel);
        wire.Node.Lessor.Promote(TimeProvider.System.MonotonicMs(), extendMs: 0);
        using var requiring = lease.LeaseKeepAlive(new Metadata { { "hasleader", "true" } }, cancellationToken: Cancel);
        using var other = lease.LeaseKeepAlive(cancellationToken: Cancel);
        await RenewAsync(requiring);
        await RenewAsync(other);
        var led = wire.Node.Status;
        wire.Node.Status = led with { Leader = 0, IsLeader = false };
        var ended = await Assert.ThrowsAsync<RpcException>(() => requiring.ResponseStream.MoveNext(Cancel));
        Assert.Equal(new Status(StatusCode.Unavailable, "etcdserver: no leader"), ended.Status);
        var refused = lease.LeaseKeepAlive(new Metadata { { "hasleader", "true" } }, cancellationToken: Cancel);
        Assert.Equal("etcdserver: no leader", (await Assert.ThrowsAsync<RpcException>(() => refused.ResponseStream.MoveNext(Cancel))).Status.Detail);
        wire.Node.Status = led;
        await RenewAsync(other);
    }

    private static async Task RenewAsync(AsyncDuplexStreamingCall<LeaseKeepAliveRequest, LeaseKeepAliveResponse> stream)
    {
        await stream.RequestStream.WriteAsync(new LeaseKeepAliveRequest { ID = 1 }, Cancel);
        Assert.True(await stream.ResponseStream.MoveNext(Cancel));
        Assert.Equal(600, stream.ResponseStream.Current.TTL);
    }
}
