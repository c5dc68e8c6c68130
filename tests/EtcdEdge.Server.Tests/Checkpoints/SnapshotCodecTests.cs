using EtcdEdge.Snapshots.Checkpoints;
using EtcdEdge.Snapshots.State;
using Xunit;

namespace EtcdEdge.Server.Tests.Checkpoints;

/// <summary>
/// Goal: a state sent to another member arrives whole in a checkpoint file of its own, or leaves nothing. Method: a stream in memory.
/// </summary>
public sealed class SnapshotCodecTests
{
    [Fact]
    public async Task A_state_sent_is_the_state_installed()
    {
        var (sender, receiver) = (Living(1), Living(2));
        for (var i = 0; i < 500; i++)
        {
            sender.Put($"k{i}", i % 40 == 0 ? 100_000 : 400);
        }

        var state = StateMachineParts.Create(receiver.Options);
        using var received = await SnapshotCodec.ReceiveAsync(
            await SentAsync(sender), receiver.Store.Checkpoints, state.Applier, TestContext.Current.CancellationToken);
        // Checkpoints go on while a state is on its way.
        receiver.Put("own", 1);
        receiver.Checkpoint();
        receiver.Store.Checkpoints.Install(received);
        sender.Capture().State.Root.HashKv(0, out var hash);
        Assert.Equal(hash.Hash, received.Hash);
        var before = sender.Show();
        Assert.Equal(before, Board.Show(state.Applier.Capture(state.Store.Publish())));
        receiver.Kill();
        receiver.Start();
        Assert.Equal(before, receiver.Show());
        receiver.Checkpoint();
        receiver.Kill();
        receiver.Start();
        Assert.Equal(before, receiver.Show());
    }

    [Fact]
    public async Task A_state_cut_or_changed_on_its_way_leaves_nothing()
    {
        var (sender, receiver) = (Living(1), Living(2));
        var sent = (await SentAsync(sender)).ToArray();
        var before = receiver.Show();
        for (var at = 0; at < sent.Length; at += 97)
        {
            byte[] changed = [.. sent];
            changed[at] ^= 0x10;
            await Assert.ThrowsAnyAsync<Exception>(() => ReceiveAsync(changed, receiver));
            await Assert.ThrowsAnyAsync<Exception>(() => ReceiveAsync(sent[..at], receiver));
        }

        Assert.DoesNotContain("received.tmp", receiver.Disk.List("/data/member/snap"));
        receiver.Kill();
        receiver.Start();
        Assert.Equal(before, receiver.Show());
    }

    private static Task<SnapshotReceipt> ReceiveAsync(byte[] bytes, Board receiver) => SnapshotCodec.ReceiveAsync(
        new MemoryStream(bytes), receiver.Store.Checkpoints, StateMachineParts.Create(receiver.Options).Applier,
            TestContext.Current.CancellationToken);

    private static async Task<MemoryStream> SentAsync(Board sender)
    {
        var stream = new MemoryStream();
        await SnapshotCodec.WriteAsync(stream, sender.Capture(), TestContext.Current.CancellationToken);
        stream.Position = 0;
        return stream;
    }

    private static Board Living(int seed)
    {
        var board = new Board(seed);
        board.Start();
        for (var i = 0; i < 20; i++)
        {
            board.Put($"s{seed}{i}", 50);
        }

        board.Checkpoint();
        return board;
    }
}
