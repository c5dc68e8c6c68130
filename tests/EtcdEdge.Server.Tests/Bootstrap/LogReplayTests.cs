using EtcdEdge.Configuration;
using EtcdEdge.Raft.Membership;
using EtcdEdge.Raft.Model;
using EtcdEdge.Server.Bootstrap;
using EtcdEdge.Snapshots.State;
using EtcdEdge.StateMachine;
using EtcdEdge.StateMachine.Snapshot;
using Xunit;

namespace EtcdEdge.Server.Tests.Bootstrap;

/// <summary>
/// Goal: a log joins the checkpoint before it however the two overlap, and one that does not join is seen. Method: entries by hand.
/// </summary>
public sealed class LogReplayTests
{
    private static readonly ConfState s_three = new() { Voters = [1, 2, 3] };

    [Fact]
    public void A_log_that_begins_behind_the_checkpoint_is_applied_from_there()
    {
        var replay = Replay(10, 2, commit: 12, (11, 2), (12, 2), (13, 3));
        Assert.Equal((12UL, 13UL, 0UL), (replay.AppliedIndex, replay.LastIndex, replay.FirstBehindGap));
        Assert.Equal((11UL, 13UL), Bounds(replay));
    }

    [Fact]
    public void Entries_before_the_checkpoint_are_kept_for_followers_and_not_applied_again()
    {
        var replay = Replay(10, 2, commit: 11, (7, 1), (8, 1), (9, 2), (10, 2), (11, 2));
        Assert.Equal((11UL, 11UL), (replay.AppliedIndex, replay.LastIndex));
        Assert.Equal((8UL, 11UL), Bounds(replay));
    }

    [Fact]
    public void What_a_checkpoint_holds_is_committed_though_the_log_says_less()
    {
        var replay = Replay(10, 2, commit: 8, (7, 1), (8, 1), (9, 2), (10, 2), (11, 2));
        Assert.Equal((10UL, 10UL), (replay.AppliedIndex, replay.LastHardState.Commit));
        Assert.Equal((8UL, 11UL), Bounds(replay));
    }

    [Fact]
    public void A_log_that_begins_too_late_has_a_gap_and_is_not_applied()
    {
        var replay = Replay(10, 2, commit: 13, (12, 2), (13, 2));
        Assert.Equal((10UL, 12UL), (replay.AppliedIndex, replay.FirstBehindGap));
    }

    [Fact]
    public void A_log_that_ends_before_the_checkpoint_gives_way_to_it()
    {
        var replay = Replay(10, 4, commit: 5, (3, 1), (4, 1), (5, 1));
        Assert.Equal((10UL, 10UL), (replay.AppliedIndex, replay.LastIndex));
        Assert.Equal((11UL, 10UL), Bounds(replay));
    }

    [Fact]
    public void A_leaders_state_replaces_a_branch_that_went_further()
    {
        var replay = Replay(10, 7, commit: 5, (8, 5), (9, 5), (10, 5), (11, 5), (12, 6));
        Assert.Equal((11UL, 10UL), Bounds(replay));
        replay = Replay(10, 7, commit: 12, (8, 5), (9, 5), (10, 5), (11, 5), (12, 6), (11, 7), (12, 8));
        Assert.Equal((12UL, 0UL), (replay.AppliedIndex, replay.FirstBehindGap));
        Assert.Equal((11UL, 12UL), Bounds(replay));
    }

    [Fact]
    public void A_branch_below_the_checkpoint_that_was_replaced_leaves_nothing()
    {
        var replay = Replay(10, 3, commit: 11, (5, 1), (6, 1), (7, 1), (8, 1), (6, 2), (7, 3), (8, 3), (9, 3), (10, 3), (11, 3));
        Assert.Equal((11UL, 11UL), (replay.AppliedIndex, replay.LastIndex));
        Assert.Equal((6UL, 11UL), Bounds(replay));
    }

    [Fact]
    public void A_state_that_came_as_a_whole_is_followed_by_what_the_log_has_behind_it()
    {
        var replay = Replay(10, 3, commit: 12, (1, 1), (2, 1), (11, 3), (12, 3));
        Assert.Equal((12UL, 0UL), (replay.AppliedIndex, replay.FirstBehindGap));
        Assert.Equal((11UL, 12UL), Bounds(replay));
    }

    [Fact]
    public void What_comes_before_a_hole_is_not_joined_to_what_follows_it()
    {
        var replay = Replay(10, 3, commit: 12, (5, 1), (6, 1), (7, 1), Hole, (8, 3), (9, 3), (10, 3), (11, 3), (12, 3));
        Assert.Equal((12UL, 0UL), (replay.AppliedIndex, replay.FirstBehindGap));
        Assert.Equal((9UL, 12UL), Bounds(replay));
    }

    [Fact]
    public void A_hole_may_end_where_the_checkpoint_does()
    {
        var replay = Replay(10, 3, commit: 12, (9, 3), (10, 3), (11, 3), Hole, (11, 4), (12, 4));
        Assert.Equal((12UL, 0UL), (replay.AppliedIndex, replay.FirstBehindGap));
        Assert.Equal((11UL, 12UL), Bounds(replay));
    }

    [Fact]
    public void A_state_of_a_later_term_than_the_log_is_of_a_term_without_a_vote()
    {
        var replay = Replay(10, 7, commit: 4, (3, 1), (4, 1));
        Assert.Equal(new HardState(7, 0, 10), replay.LastHardState);
        Assert.Equal((11UL, 10UL), Bounds(replay));
    }

    [Fact]
    public void What_lies_far_before_the_checkpoint_is_passed_over()
    {
        var replay = Replay(10, 2, commit: 11, catchUp: 3, (4, 1), (5, 1), (6, 1), (7, 1), (8, 1), (9, 2), (10, 2), (11, 2));
        Assert.Equal((7UL, 11UL), (replay.FirstWanted, replay.AppliedIndex));
        Assert.Equal((7UL, 11UL), Bounds(replay));
    }

    [Fact]
    public void A_branch_that_goes_back_to_what_is_passed_over_leaves_nothing()
    {
        var replay = Replay(10, 3, commit: 11, catchUp: 3, (5, 1), (6, 1), (7, 1), (8, 1), (5, 2), (6, 3), (7, 3), (8, 3), (9, 3), (10, 3), (11, 3));
        Assert.Equal((11UL, 0UL), (replay.AppliedIndex, replay.FirstBehindGap));
        Assert.Equal((7UL, 11UL), Bounds(replay));
    }

    [Fact]
    public void A_log_that_ends_in_what_is_passed_over_gives_way_to_the_checkpoint()
    {
        var replay = Replay(10, 4, commit: 5, catchUp: 3, (3, 1), (4, 1), (5, 1));
        Assert.Equal((10UL, 10UL), (replay.AppliedIndex, replay.LastIndex));
        Assert.Equal((11UL, 10UL), Bounds(replay));
    }

    private static (ulong Index, ulong Term) Hole => default;

    private static LogReplay Replay(ulong index, ulong term, ulong commit, params (ulong Index, ulong Term)[] entries) =>
        Replay(index, term, commit, catchUp: 5000, entries);

    private static LogReplay Replay(ulong index, ulong term, ulong commit, ulong catchUp, params (ulong Index, ulong Term)[] entries)
    {
        var state = StateMachineParts.Create(new ServerOptions());
        state.Applier.Restore(new StateSnapshotHeader { AppliedIndex = index, AppliedTerm = term, Revision = 1, CompactRevision = -1 }, []);
        var replay = new LogReplay(state, new SnapshotMetadata(index, term, s_three), catchUp);
        foreach (var entry in entries)
        {
            if (entry == Hole)
            {
                replay.Hole();
                continue;
            }

            replay.Append(new Entry(entry.Term, entry.Index, EntryType.Normal, ReadOnlyMemory<byte>.Empty));
        }

        replay.HardState(new HardState(entries[^1].Term, 0, commit));
        return replay;
    }

    // The Raft member checks for itself that its log hangs together.
    private static (ulong First, ulong Last) Bounds(LogReplay replay)
    {
        var raft = replay.CreateRaft(new Raft.Model.RaftOptions { Id = 1, ElectionTicks = 10, Seed = 1 });
        Assert.Equal(s_three, raft.ConfState);
        return (raft.FirstIndex, raft.LastIndex);
    }
}
