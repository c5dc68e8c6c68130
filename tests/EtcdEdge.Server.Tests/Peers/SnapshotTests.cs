// Goal: a snapshot arrives whole or not at all, needs little memory, and both sides learn which. Method: two transports, and the two streams
// alone with damage at every place.

using System.IO.Pipelines;
using EtcdEdge.Peers;
using EtcdEdge.Raft.Model;
using EtcdEdge.StateMachine.Cluster;
using Xunit;

namespace EtcdEdge.Server.Tests.Peers;

public sealed class SnapshotTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(30_000_000)]
    public async Task A_snapshot_is_stored_before_its_message_is_received(int size)
    {
        await using var a = new TestMember(1) { SnapshotBytes = size };
        await using var b = new TestMember(2);
        TestMember.Introduce(a, b);
        a.Send(Messages.Snapshot(1, 2, 9));
        Messages.AssertEqual(Messages.Snapshot(1, 2, 9), await b.NextAsync());
        Assert.Equal(TestMember.SnapshotDigest(size), b.StoredDigest);
        Assert.Equal((2UL, true), await a.NextSnapshotSentAsync());
    }

    // With nothing to read, with bytes that lie unread when it says so, and with more than the sockets take.
    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(30_000_000)]
    public async Task A_receiver_that_cannot_store_says_why(int size)
    {
        await using var a = new TestMember(1) { SnapshotBytes = size };
        await using var b = new TestMember(2) { SinkFailure = "no space left on device" };
        TestMember.Introduce(a, b);
        a.Send(Messages.Snapshot(1, 2, 9));
        Assert.Equal((2UL, false), await a.NextSnapshotSentAsync());
        await a.LoggedAsync("no space left on device");
        await b.LoggedAsync("no space left on device");
    }

    [Fact]
    public async Task A_snapshot_to_an_unreachable_member_fails()
    {
        await using var a = new TestMember(1) { SnapshotBytes = 100 };
        a.Know(a.AsMember, new Member { Id = 2, PeerUrls = ["http://127.0.0.1:1"] });
        a.Send(Messages.Snapshot(1, 2, 9));
        Assert.Equal((2UL, false), await a.NextSnapshotSentAsync());
    }

    [Fact]
    public async Task A_newer_snapshot_takes_the_place_of_one_under_way()
    {
        await using var a = new TestMember(1) { SnapshotBytes = 20_000_000 };
        await using var b = new TestMember(2);
        TestMember.Introduce(a, b);
        for (var index = 1UL; index <= 5; index++)
        {
            a.Send(Messages.Snapshot(1, 2, index));
        }

        Message last;
        do
        {
            last = await b.NextAsync();
        }
        while (last.Snapshot!.Index != 5);
        Assert.Equal(TestMember.SnapshotDigest(20_000_000), b.StoredDigest);
    }

    [Fact]
    public async Task Damage_anywhere_in_the_data_is_noticed()
    {
        var whole = new MemoryStream();
        var writer = new SnapshotWriteStream(whole);
        await writer.WriteAsync(new byte[] { 1, 2, 3, 4, 5 }, Cancel);
        await writer.EndAsync(Cancel);
        for (var bit = 0; bit < whole.Length * 8; bit++)
        {
            var damaged = whole.ToArray();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            await Assert.ThrowsAnyAsync<Exception>(() => ReadAllAsync(damaged));
        }

        for (var length = 0; length < whole.Length; length++)
        {
            await Assert.ThrowsAnyAsync<Exception>(() => ReadAllAsync(whole.ToArray()[..length]));
        }

        Assert.Equal([1, 2, 3, 4, 5], await ReadAllAsync(whole.ToArray()));
    }

    private static async Task<byte[]> ReadAllAsync(byte[] bytes)
    {
        var reader = new SnapshotReadStream(new FrameReader(PipeReader.Create(new MemoryStream(bytes)), PeerLimits.MaxFrameBytes));
        var all = new MemoryStream();
        await reader.CopyToAsync(all, Cancel);
        return all.ToArray();
    }
}
