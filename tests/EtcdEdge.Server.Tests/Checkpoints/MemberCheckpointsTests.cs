using EtcdEdge.Api;
using EtcdEdge.Server.Common;
using EtcdEdge.Server.Logging;
using EtcdEdge.StateMachine;
using EtcdEdge.StateMachine.Model;
using Xunit;

namespace EtcdEdge.Server.Tests.Checkpoints;

/// <summary>
/// Goal: a state comes back from a checkpoint and the log behind it exactly as it was, whatever was written, deleted and compacted between two
/// checkpoints. Method: random requests, checkpoints and restarts of a member on a simulated disk; the state before a restart is compared with the
/// one after.
/// </summary>
public sealed class MemberCheckpointsTests
{
    [Fact]
    public void A_restarted_member_has_the_state_it_had()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            var board = new Board(seed);
            board.Start();
            for (var life = 0; life < 4; life++)
            {
                Live(board, random);
                var before = board.Show();
                board.Kill();
                board.Start();
                Assert.True(before == board.Show(), $"seed {seed}: another state after the restart");
            }
        }
    }

    [Fact]
    public void A_revision_that_came_and_went_between_two_checkpoints_is_never_written()
    {
        var board = WithTwoCheckpoints();
        board.Checkpoint();
        for (var i = 0; i < 500; i++)
        {
            board.Put("hot", 1000);
        }

        board.Compact();
        Assert.InRange(board.Checkpoint().Records, 1, 200);
    }

    [Fact]
    public void The_log_is_let_go_one_generation_late()
    {
        var board = WithTwoCheckpoints();
        var before = board.Store.State.Applier.AppliedIndex;
        var recycled = board.Store.Wal.Statistics.SegmentsRecycled;
        for (var i = 0; i < 1000; i++)
        {
            board.Put($"k{i % 50}", 1000);
        }

        board.Checkpoint();
        Assert.Equal(before, board.Store.Checkpoints.HeldTwice);
        board.Checkpoint();
        Assert.Equal(board.Store.State.Applier.AppliedIndex, board.Store.Checkpoints.HeldTwice);
        Assert.True(board.Store.Wal.Statistics.SegmentsRecycled > recycled);
    }

    [Fact]
    public void A_damaged_newest_checkpoint_costs_nothing()
    {
        var board = WithTwoCheckpoints();
        var before = board.Show();
        var damaged = board.Newest;
        board.Kill();
        board.Disk.Flip(damaged, 8 * 20_000);
        board.Start();
        Assert.Equal(before, board.Show());
        Assert.Contains("CheckpointDamaged", board.Log.Events);
        Assert.Contains(board.Disk.List("/data/member/snap"), name => name.Contains(".corrupt-", StringComparison.Ordinal));
        board.Checkpoint();
        board.Kill();
        board.Start();
        Assert.Equal(before, board.Show());
    }

    [Fact]
    public void Without_a_usable_checkpoint_a_log_that_has_let_go_is_refused_with_the_next_step()
    {
        var board = WithTwoCheckpoints();
        for (var i = 0; i < 2000; i++)
        {
            board.Put("hot", 1000);
        }

        board.Checkpoint();
        board.Checkpoint();
        string[] both = [board.Newest, board.Previous];
        board.Kill();
        foreach (var file in both)
        {
            board.Disk.Flip(file, 8 * 20_000);
        }

        var line = Assert.ThrowsAny<StartException>(board.Start).Message;
        Assert.Contains("entries 1 to ", line);
        Assert.Contains("etcdutl snapshot restore", line);
    }

    [Fact]
    public void Rot_in_the_older_file_is_found_when_it_is_next_written_and_costs_nothing()
    {
        var board = WithTwoCheckpoints();
        var older = board.Previous;
        board.Kill();
        board.Start();
        board.Disk.Flip(older, 8 * 20_000);
        var result = board.Checkpoint();
        Assert.True(result.IsWhole);
        Assert.NotNull(result.Replaced);
        var before = board.Show();
        board.Kill();
        board.Start();
        Assert.Equal(before, board.Show());
    }

    [Fact]
    public void A_file_that_is_mostly_free_is_written_anew()
    {
        var board = WithTwoCheckpoints();
        for (var i = 0; i < 200; i++)
        {
            board.Put($"big{i}", 60_000);
        }

        board.Checkpoint();
        board.Checkpoint();
        var full = board.Disk.Stat(board.Newest)!.Value.Length;
        for (var i = 0; i < 200; i++)
        {
            board.Delete($"big{i}");
        }

        board.Compact();
        for (var i = 0; i < 4; i++)
        {
            board.Put("k", 1);
            board.Checkpoint();
        }

        Assert.InRange(board.Disk.Stat(board.Newest)!.Value.Length, 1, full / 3);
        Assert.InRange(board.Disk.Stat(board.Previous)!.Value.Length, 1, full / 3);
    }

    [Fact]
    public void A_failed_checkpoint_leaves_the_one_before_and_the_next_one_succeeds()
    {
        var board = WithTwoCheckpoints();
        board.Put("more", 5000);
        board.Disk.BeforeChange = (call, path) =>
        {
            if (path.Contains("checkpoint", StringComparison.Ordinal))
            {
                throw new Storage.DiskException(call, path, 28);
            }
        };
        Assert.Throws<Storage.DiskException>(() => board.Checkpoint());
        board.Disk.BeforeChange = null;
        GC.Collect();
        GC.WaitForPendingFinalizers();
        board.Checkpoint();
        board.Checkpoint();
        var before = board.Show();
        board.Kill();
        board.Start();
        Assert.Equal(before, board.Show());
    }

    [Fact]
    public void Another_members_checkpoint_is_refused_and_left_alone()
    {
        var board = WithTwoCheckpoints();
        var other = new Board(1) { Options = board.Options with { Cluster = board.Options.Cluster with { InitialClusterToken = "another" } } };
        other.Start();
        other.Checkpoint();
        var newest = board.Newest;
        board.Kill();
        board.Disk.Replace(newest, other.Disk.Contents(other.Newest));
        Assert.Contains("not of this one", Assert.ThrowsAny<StartException>(board.Start).Message);
        Assert.NotNull(board.Disk.Stat(newest));
    }

    [Fact]
    public void Leases_alarms_and_members_come_back()
    {
        var board = new Board(5);
        board.Start();
        board.Log1(RequestKind.LeaseGrant, new LeaseGrantRequest { ID = 7, TTL = 60 });
        board.Log1(RequestKind.Put, new PutRequest { Key = Google.Protobuf.ByteString.CopyFromUtf8("k"), Lease = 7 });
        board.Log1(RequestKind.Alarm, new AlarmRequest { Action = AlarmRequest.Types.AlarmAction.Activate, Alarm = AlarmType.Nospace, MemberID = 9 });
        board.Checkpoint();
        board.Kill();
        board.Start();
        Assert.Equal("6b", Convert.ToHexString(board.Store.State.Lessor.KeysOf(7)![0].Span).ToLowerInvariant());
        Assert.True(board.Store.State.Alarms.IsActive(AlarmType.Nospace));
        Assert.Single(board.Store.State.Cluster.View.Members);
    }

    private static void Live(Board board, Random random)
    {
        for (var i = random.Next(300); i > 0; i--)
        {
            switch (random.Next(40))
            {
                case 0: board.Checkpoint(shrink: random.Next(6) == 0); break;
                case 1: board.Compact(); break;
                case < 10: board.Delete($"k{random.Next(60)}"); break;
                default: board.Put($"k{random.Next(60)}", random.Next(random.Next(20) == 0 ? 70_000 : 500)); break;
            }
        }
    }

    private static Board WithTwoCheckpoints()
    {
        var board = new Board(3);
        board.Start();
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 300; i++)
            {
                board.Put($"k{(round * 200) + i}", 300);
            }

            board.Checkpoint();
        }

        return board;
    }
}
