// Goal: members reach each other, a slow or dead one harms nobody, and whoever does not belong is told so. Method: two or three transports on
// loopback in this process, with held-up receivers, broken connections and hand-written strangers. Nothing here depends on how fast it runs.

using System.Net;
using System.Net.Sockets;
using System.Text;
using EtcdEdge.Configuration;
using EtcdEdge.Peers;
using EtcdEdge.Peers.Net;
using EtcdEdge.Raft.Model;
using EtcdEdge.StateMachine.Cluster;
using Xunit;

namespace EtcdEdge.Server.Tests.Peers;

public sealed class PeerTransportTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Messages_arrive_in_order_on_each_channel()
    {
        await using var a = new TestMember(1);
        await using var b = new TestMember(2);
        await using var c = new TestMember(3);
        TestMember.Introduce(a, b, c);
        await a.ConnectedAsync(b);
        await a.ConnectedAsync(c);
        for (var i = 0UL; i < 500; i++)
        {
            a.Send(Messages.Append(1, 2, i, 100), Messages.Heartbeat(1, 2, i), Messages.Heartbeat(1, 3, i));
        }

        for (var i = 0UL; i < 500; i++)
        {
            Messages.AssertEqual(Messages.Append(1, 2, i, 100), await b.NextAppendAsync());
            Assert.Equal(i, (await b.NextAsync()).Context);
            Assert.Equal(i, (await c.NextAsync()).Context);
        }
    }

    [Fact]
    public async Task A_message_larger_than_every_window_and_queue_arrives()
    {
        await using var a = new TestMember(1);
        await using var b = new TestMember(2);
        TestMember.Introduce(a, b);
        await a.ConnectedAsync(b);
        var message = Messages.Append(1, 2, 7, 40 << 20);
        a.Send(message);
        Messages.AssertEqual(message, await b.NextAppendAsync());
    }

    [Fact]
    public async Task Heartbeats_pass_appends_that_the_receiver_holds_up_and_a_snapshot()
    {
        var release = new TaskCompletionSource();
        await using var a = new TestMember(1) { SnapshotBytes = 50 << 20 };
        await using var b = new TestMember(2) { HoldAppends = release.Task };
        TestMember.Introduce(a, b);
        await a.ConnectedAsync(b);
        for (var i = 0UL; i < 100; i++)
        {
            a.Send(Messages.Append(1, 2, i, 1 << 20));
        }

        a.Send(Messages.Snapshot(1, 2, 9), Messages.Heartbeat(1, 2, 1));
        for (var i = 1UL; i <= 100; i++)
        {
            Message next;
            while ((next = await b.NextAsync()).Type == MessageType.Snapshot)
            {
                // The snapshot may be done before, between or after the heartbeats.
            }

            Assert.Equal(i, next.Context);
            a.Send(Messages.Heartbeat(1, 2, i + 1));
        }

        Assert.Equal(0, b.AppendsWaiting);
        release.SetResult();
        Assert.Equal(0UL, (await b.NextAppendAsync()).Index);
    }

    [Fact]
    public async Task A_slow_receiver_costs_bounded_memory_and_raft_hears_of_it_once()
    {
        var release = new TaskCompletionSource();
        await using var a = new TestMember(1);
        await using var b = new TestMember(2) { HoldAppends = release.Task };
        TestMember.Introduce(a, b);
        await a.ConnectedAsync(b);
        Send(a, 200);
        await Eventually.IsTrue(() => !a.Unreachable.IsEmpty, Cancel);
        // The connection's own buffers make room a few times, each of which counts as reached anew. Once they are full nothing moves.
        for (long sent = -1; sent != a.Metrics.SentBytes;)
        {
            sent = a.Metrics.SentBytes;
            await Task.Delay(500, Cancel);
        }

        Send(a, 100);
        var (failures, told) = (a.Metrics.SendFailures, a.Unreachable.Count);
        Send(a, 300);
        Assert.Equal((failures + 300, told), (a.Metrics.SendFailures, a.Unreachable.Count));
        release.SetResult();

        static void Send(TestMember from, int count)
        {
            for (var i = 0; i < count; i++)
            {
                from.Send(Messages.Append(1, 2, 0, 1 << 20));
            }
        }
    }

    [Fact]
    public async Task A_member_that_comes_back_is_dialled_again()
    {
        await using var a = new TestMember(1);
        var b = new TestMember(2);
        TestMember.Introduce(a, b);
        await a.ConnectedAsync(b);
        var port = b.Port;
        await b.DisposeAsync();
        await Eventually.IsTrue(() => a.Transport.ConnectedFor(2) is null, Cancel);
        a.Send(Messages.Append(1, 2, 0, 10));
        await Eventually.IsTrue(() => a.Unreachable.Contains(2UL), Cancel);
        Assert.Equal(1, a.Metrics.Disconnects);

        await using var again = new TestMember(2, port: port);
        again.Know(a.AsMember, again.AsMember);
        await a.ConnectedAsync(again);
        a.Send(Messages.Heartbeat(1, 2, 42));
        Assert.Equal(42UL, (await again.NextAsync()).Context);
        Assert.Equal(1, a.Metrics.ActivePeers);
    }

    [Fact]
    public async Task A_removed_member_is_hung_up_on_and_told_so()
    {
        await using var a = new TestMember(1);
        await using var b = new TestMember(2);
        TestMember.Introduce(a, b);
        await a.ConnectedAsync(b);
        await b.ConnectedAsync(a);
        a.Transport.SetMembers(new ClusterView { Members = [a.AsMember], Removed = [2] });
        await Eventually.IsTrue(() => b.RemovedSaidBy.Contains(1UL), Cancel);
        await b.LoggedAsync("the member 2 has been permanently removed from the cluster");
        await a.LoggedAsync("the member 2 has been permanently removed from the cluster");
        a.Send(Messages.Heartbeat(1, 2, 1));
    }

    [Fact]
    public async Task A_member_with_a_new_url_is_reached_there()
    {
        await using var a = new TestMember(1);
        await using var b = new TestMember(2);
        a.Know(a.AsMember, new Member { Id = 2, PeerUrls = ["http://127.0.0.1:1", "nonsense"] });
        b.Know(a.AsMember, b.AsMember);
        await a.LoggedAsync("cannot reach peer");
        await a.LoggedAsync("a peer URL cannot be used");
        a.Know(a.AsMember, b.AsMember);
        await a.ConnectedAsync(b);
    }

    [Fact]
    public async Task Another_clusters_member_is_refused_with_a_line_on_both_sides()
    {
        await using var a = new TestMember(1);
        await using var b = new TestMember(2, cluster: 0xc2);
        TestMember.Introduce(a, b);
        await a.LoggedAsync("cluster ID mismatch: member 1 is in cluster c1, member 2 in c2");
        await b.LoggedAsync("cluster ID mismatch: member 1 is in cluster c1, member 2 in c2");
        Assert.Null(a.Transport.ConnectedFor(2));
    }

    [Fact]
    public async Task The_wrong_member_at_a_url_is_refused_with_a_line_on_both_sides()
    {
        await using var a = new TestMember(1);
        await using var b = new TestMember(2);
        b.Know(a.AsMember, b.AsMember);
        a.Know(a.AsMember, b.AsMember with { Id = 3 });
        await a.LoggedAsync("this URL belongs to member 2, not 3; check the members' peer URLs");
        await b.LoggedAsync("this URL belongs to member 2, not 3; check the members' peer URLs");
    }

    [Fact]
    public async Task An_unknown_member_is_refused_until_it_is_added()
    {
        await using var a = new TestMember(1);
        await using var b = new TestMember(2);
        a.Know(a.AsMember, b.AsMember);
        await a.LoggedAsync("member 1 is not in the cluster as member 2 knows it");
        await b.LoggedAsync("member 1 is not in the cluster as member 2 knows it");
        TestMember.Introduce(a, b);
        await a.ConnectedAsync(b);
    }

    [Fact]
    public async Task A_refusal_that_repeats_is_logged_once()
    {
        await using var a = new TestMember(1);
        await using var b = new TestMember(2, cluster: 0xc2);
        b.Know(b.AsMember);
        for (var i = 0; i < 5; i++)
        {
            var answer = await StrangerAsync(b, new Hello { Kind = ConnectionKind.Messages, ClusterId = 0xc1, From = 1, To = 2 });
            Assert.Equal(RefusalReason.WrongCluster, answer.Reason);
        }

        await b.LoggedAsync("cluster ID mismatch");
        Assert.Single(b.Logger.Lines, line => line.Contains("cluster ID mismatch", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_member_of_a_future_version_is_refused_with_a_line_on_both_sides()
    {
        await using var b = new TestMember(2);
        b.Know(b.AsMember, new Member { Id = 1, PeerUrls = [] });
        var hello = new Hello { Kind = ConnectionKind.Messages, ClusterId = TestMember.Cluster, From = 1, To = 2, ProtocolMin = 7, ProtocolMax = 9 };
        var answer = await StrangerAsync(b, hello);
        Assert.Equal(RefusalReason.Version, answer.Reason);
        Assert.Equal("peer protocol 7-9 and 1-1 have no version in common; upgrade the older member", answer.Text);
        await b.LoggedAsync("peer protocol 7-9 and 1-1 have no version in common");
    }

    [Fact]
    public async Task Malformed_bytes_close_the_connection_with_one_line()
    {
        await using var b = new TestMember(2);
        b.Know(b.AsMember, new Member { Id = 1, PeerUrls = [] });
        using var connection = await DialAsync(b);
        await connection.Stream.WriteAsync(
            new Hello { Kind = ConnectionKind.Messages, ClusterId = TestMember.Cluster, From = 1, To = 2 }.Encode(), Cancel);
        Assert.Equal(RefusalReason.None, (await HelloAnswer.ReadAsync(connection.Stream, Cancel)).Reason);
        var link = new PeerLink(connection);
        await using (link)
        {
            await link.Append.Output.WriteAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\n\r\n"), Cancel);
            await link.Ended.WaitAsync(Cancel).ContinueWith(_ => { }, TaskScheduler.Default);
        }

        await b.LoggedAsync("closed a peer's connection: it sent malformed bytes");
        Assert.Equal(1, b.Metrics.ReceiveFailures);
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH\r\n", "first bytes are neither another member's nor HTTP")]
    [InlineData("\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001", "TLS on a peer URL that is http")]
    public async Task A_stranger_is_closed_with_a_line(string bytes, string line)
    {
        await using var b = new TestMember(2);
        using var connection = await DialAsync(b);
        await connection.Stream.WriteAsync(Encoding.Latin1.GetBytes(bytes), Cancel);
        await b.LoggedAsync(line);
    }

    [Fact]
    public async Task Round_trips_and_bytes_are_measured()
    {
        await using var a = new TestMember(1);
        await using var b = new TestMember(2);
        TestMember.Introduce(a, b);
        await Eventually.IsTrue(() => a.Transport.RoundTrip(2) is not null && a.Metrics.RoundTrips > 0, Cancel);
        Assert.InRange(a.Metrics.SentBytes, 13, long.MaxValue);
        Assert.InRange(b.Metrics.ReceivedBytes, 13, long.MaxValue);
    }

    [Fact]
    public async Task A_port_in_use_is_one_line()
    {
        await using var a = new TestMember(1);
        var error = Assert.Throws<ListenException>(() => new TestMember(2, port: a.Port));
        Assert.Equal($"listen tcp 127.0.0.1:{a.Port}: bind: address already in use", error.Message);
    }

    private static async Task<PeerConnection> DialAsync(TestMember member) =>
        new(await PeerSockets.ConnectAsync(new ListenUrl("http", "127.0.0.1", member.Port), Cancel));

    private static async Task<HelloAnswer> StrangerAsync(TestMember member, Hello hello)
    {
        using var connection = await DialAsync(member);
        await connection.Stream.WriteAsync(hello.Encode(), Cancel);
        return await HelloAnswer.ReadAsync(connection.Stream, Cancel);
    }
}
