using EtcdEdge.Configuration;
using EtcdEdge.Peers;
using EtcdEdge.Server.Common;
using EtcdEdge.Server.Forwarding;
using EtcdEdge.StateMachine.Model;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EtcdEdge.Server.Tests.Grpc;

// Goal: a leader promises no more time for a lease than a successor would give it, and one that was elected a moment ago is waited for. Method: a
// clock that moves while the read barrier is awaited; a lessor that is promoted when the test says.
public sealed class LeaseForwarderTests
{
    private const int ExtensionMs = 1_000;
    private const int TtlSeconds = 10;
    private readonly ScriptedNode _node = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    [Theory]
    [InlineData(ExtensionMs, 1)]
    [InlineData(ExtensionMs + 1, 2)]
    public async Task A_process_that_stood_still_asks_again_whether_it_leads(int stoodStillMs, int barriers)
    {
        Assert.Equal(EtcdError.None, _node.Lessor.Grant(7, TtlSeconds));
        _node.Lessor.Promote(_time.MonotonicMs(), ExtensionMs);
        _node.AtBarrier = before => _time.Advance(before == 0 ? TimeSpan.FromMilliseconds(stoodStillMs) : TimeSpan.Zero);
        var forwarder = Forwarder();

        Assert.Equal(TtlSeconds, await forwarder.RenewAsync(7, TestContext.Current.CancellationToken));
        Assert.Equal(barriers, _node.Barriers);
        Assert.Equal(TtlSeconds, Leases().TimeToLive(7)!.TTL);
    }

    [Fact]
    public async Task A_leader_that_has_no_clock_for_the_leases_yet_is_waited_for()
    {
        Assert.Equal(EtcdError.None, _node.Lessor.Grant(7, TtlSeconds));
        var forwarder = Forwarder();
        var renewed = forwarder.RenewAsync(7, TestContext.Current.CancellationToken).AsTask();
        var asked = forwarder.TimeToLiveAsync(7, TestContext.Current.CancellationToken).AsTask();
        Assert.False(renewed.IsCompleted || asked.IsCompleted);

        _node.Lessor.Promote(_time.MonotonicMs(), ExtensionMs);
        Assert.Equal(TtlSeconds, await renewed);
        Assert.Equal(7, (await asked).ID);
    }

    private LeaderLeases Leases() => new(_node, _node.Lessor, _time, TimeSpan.FromMilliseconds(ExtensionMs));

    private LeaseForwarder Forwarder()
    {
        var leader = new LeaderCalls(_node, (_, _, _, _, _) => Task.FromResult(new PeerAnswer(PeerAnswer.UnknownKind)), new RaftOptions());
        return new LeaseForwarder(_node, Leases(), leader, _time);
    }
}
