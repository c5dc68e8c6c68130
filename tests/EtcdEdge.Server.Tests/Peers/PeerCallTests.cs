// Goal: a call is answered or fails within its time, whatever happens to the other side. Method: two transports on loopback.

using System.Text;
using EtcdEdge.Peers;
using Xunit;

namespace EtcdEdge.Server.Tests.Peers;

public sealed class PeerCallTests
{
    private static readonly TimeSpan s_long = TimeSpan.FromMinutes(1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_carries_kind_and_payload_there_and_code_and_payload_back()
    {
        await using var a = new TestMember(1);
        await using var b = new TestMember(2);
        b.Answer = (call, _) => new(new PeerAnswer(7, Encoding.UTF8.GetBytes($"{call.From} {call.Kind} {call.WantsAnswer} {call.Payload.Length}")));
        TestMember.Introduce(a, b);
        await a.ConnectedAsync(b);
        var answer = await a.Transport.CallAsync(2, PeerCallKind.LeaseRenew, new byte[300_000], s_long, Cancel);
        Assert.Equal(7, answer.Code);
        Assert.Equal("1 LeaseRenew True 300000", Encoding.UTF8.GetString(answer.Payload.Span));
    }

    [Fact]
    public async Task Calls_are_answered_in_any_order()
    {
        var first = new TaskCompletionSource();
        await using var a = new TestMember(1);
        await using var b = new TestMember(2);
        b.Answer = async (call, cancel) =>
        {
            if (call.Payload.Span[0] == 1)
            {
                await first.Task.WaitAsync(cancel);
            }

            return new PeerAnswer(0, call.Payload);
        };
        TestMember.Introduce(a, b);
        await a.ConnectedAsync(b);
        var slow = a.Transport.CallAsync(2, PeerCallKind.HashKv, new byte[] { 1 }, s_long, Cancel);
        var quick = await a.Transport.CallAsync(2, PeerCallKind.HashKv, new byte[] { 2 }, s_long, Cancel);
        Assert.Equal(2, quick.Payload.Span[0]);
        Assert.False(slow.IsCompleted);
        first.SetResult();
        Assert.Equal(1, (await slow).Payload.Span[0]);
    }

    [Fact]
    public async Task A_call_without_answer_ends_in_time()
    {
        await using var a = new TestMember(1);
        await using var b = new TestMember(2);
        b.Answer = async (_, cancel) =>
        {
            await Task.Delay(Timeout.Infinite, cancel);
            return default;
        };
        TestMember.Introduce(a, b);
        await a.ConnectedAsync(b);
        var soon = TimeSpan.FromMilliseconds(20);
        await Assert.ThrowsAsync<PeerCallException>(() => a.Transport.CallAsync(2, PeerCallKind.HashKv, default, soon, Cancel));
    }

    [Fact]
    public async Task A_call_fails_when_the_connection_breaks()
    {
        await using var a = new TestMember(1);
        var b = new TestMember(2);
        var asked = new TaskCompletionSource();
        b.Answer = async (_, cancel) =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.Infinite, cancel);
            return default;
        };
        TestMember.Introduce(a, b);
        await a.ConnectedAsync(b);
        var call = a.Transport.CallAsync(2, PeerCallKind.HashKv, default, s_long, Cancel);
        await asked.Task;
        await b.DisposeAsync();
        await Assert.ThrowsAsync<PeerCallException>(() => call);
        await Assert.ThrowsAsync<PeerCallException>(() => a.Transport.CallAsync(9, PeerCallKind.HashKv, default, s_long, Cancel));
    }

    [Fact]
    public async Task A_handler_that_fails_is_logged_and_answered_as_failed()
    {
        await using var a = new TestMember(1);
        await using var b = new TestMember(2);
        b.Answer = (_, _) => throw new InvalidDataException("broken handler");
        TestMember.Introduce(a, b);
        await a.ConnectedAsync(b);
        Assert.Equal(PeerAnswer.Failed, (await a.Transport.CallAsync(2, PeerCallKind.HashKv, default, s_long, Cancel)).Code);
        await b.LoggedAsync("broken handler");
    }

    [Fact]
    public async Task Forwarded_entries_arrive_in_order()
    {
        await using var a = new TestMember(1);
        await using var b = new TestMember(2);
        TestMember.Introduce(a, b);
        await a.ConnectedAsync(b);
        for (var i = 0; i < 200; i++)
        {
            a.Transport.Forward(2, new[] { (byte)i });
        }

        await Eventually.IsTrue(() => b.Forwarded.Count == 200, Cancel);
        Assert.Equal(Enumerable.Range(0, 200).Select(i => (byte)i), b.Forwarded.Select(entry => Assert.Single(entry)));
        a.Transport.Forward(9, default);
        Assert.Equal(1, a.Metrics.SendFailures);
    }

    [Fact]
    public async Task A_post_arrives_and_is_not_answered()
    {
        var posted = new TaskCompletionSource<PeerCall>();
        await using var a = new TestMember(1);
        await using var b = new TestMember(2);
        b.Answer = (call, _) =>
        {
            posted.SetResult(call);
            return new(new PeerAnswer(0));
        };
        TestMember.Introduce(a, b);
        await a.ConnectedAsync(b);
        Assert.True(a.Transport.Post(2, PeerCallKind.HashKv, new byte[] { 1, 2, 3 }));
        var call = await posted.Task.WaitAsync(Cancel);
        Assert.Equal((1UL, PeerCallKind.HashKv, false, 3), (call.From, call.Kind, call.WantsAnswer, call.Payload.Length));
        Assert.False(a.Transport.Post(9, PeerCallKind.HashKv, default));
    }
}
