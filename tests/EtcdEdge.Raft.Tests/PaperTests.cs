using EtcdEdge.Base;
using EtcdEdge.Raft.Membership;
using EtcdEdge.Raft.Model;
using EtcdEdge.Raft.Tests.Harness;

namespace EtcdEdge.Raft.Tests;

// Goal: the sentences of the Raft paper that say what a server must do, one test each. Method: a single member is put into the state the
// sentence starts from, gets one input, and what it sends and keeps is compared.
public sealed class PaperTests
{
    private readonly List<Message> _sent = [];

    [Fact] // §5.1
    public void Any_role_becomes_follower_of_a_higher_term()
    {
        foreach (var member in new[] { Follower(), Candidate(), Leader() })
        {
            Step(member, Msg(MessageType.Append, member.Raft.Term + 3) with { Index = 1, LogTerm = 1 });
            Assert.Equal((Role.Follower, 2ul), (member.Raft.Role, member.Raft.Leader));
        }
    }

    [Fact] // §5.1
    public void A_message_of_a_stale_term_changes_nothing()
    {
        var member = Follower(new HardState(5, 0, 1));
        Step(member, Msg(MessageType.Vote, 4) with { Index = 9, LogTerm = 4 });
        Assert.Equal((5ul, 0ul), (member.Raft.Term, member.Raft.Vote));
        Assert.Empty(_sent);
    }

    [Fact] // §5.2
    public void A_follower_that_hears_nothing_for_an_election_timeout_campaigns_within_two()
    {
        var member = Follower();
        var ticks = 0;
        for (; member.Raft.Role == Role.Follower; ticks++)
        {
            member.Do(raft => raft.Tick());
        }

        Assert.InRange(ticks, 10, 19);
        Run(member);
        Assert.Equal((Role.Candidate, 2ul, 1ul), (member.Raft.Role, member.Raft.Term, member.Raft.Vote));
        Assert.Equal([2, 3], _sent.Where(message => message.Type == MessageType.Vote).Select(message => (int)message.To));
    }

    [Fact] // §5.2
    public void Election_timeouts_are_spread_over_the_members()
    {
        var timeouts = new HashSet<int>();
        for (ulong id = 1; id <= 50; id++)
        {
            var raft = new RaftNode(new RaftOptions { Id = id, PreVote = false }, new HardState(1, 0, 1), Founding(id), []);
            var ticks = 0;
            for (; raft.Role == Role.Follower; ticks++)
            {
                raft.Tick();
            }

            timeouts.Add(ticks);
        }

        Assert.True(timeouts.Count >= 7, $"only {timeouts.Count} different timeouts of 10");
    }

    [Fact] // §5.2
    public void A_member_votes_once_per_term_first_come_first_served()
    {
        var member = Follower();
        Step(member, Msg(MessageType.Vote, 2) with { Index = 1, LogTerm = 1 });
        Step(member, Msg(MessageType.Vote, 2, from: 3) with { Index = 1, LogTerm = 1 });
        Step(member, Msg(MessageType.Vote, 2) with { Index = 1, LogTerm = 1 });
        Assert.Equal([(2ul, false), (3ul, true), (2ul, false)], _sent.Select(message => (message.To, message.Reject)));
    }

    [Fact] // §5.2
    public void A_vote_survives_a_crash()
    {
        var member = Follower();
        Step(member, Msg(MessageType.Vote, 2) with { Index = 1, LogTerm = 1 });
        var restarted = new Member(member.Options, member.Disk, _sent.Add, (_, _) => { });
        _sent.Clear();
        Step(restarted, Msg(MessageType.Vote, 2, from: 3) with { Index = 1, LogTerm = 1 });
        Assert.True(Assert.Single(_sent).Reject);
    }

    [Fact] // §5.2
    public void A_candidate_that_hears_the_leader_of_its_term_follows_it()
    {
        var member = Candidate();
        Step(member, Msg(MessageType.Heartbeat, member.Raft.Term) with { Context = 1 });
        Assert.Equal((Role.Follower, 2ul), (member.Raft.Role, member.Raft.Leader));
    }

    [Fact] // §5.2
    public void A_split_vote_ends_in_a_new_election()
    {
        var member = Candidate();
        Step(member, Msg(MessageType.VoteResponse, 2) with { Reject = true });
        Step(member, Msg(MessageType.VoteResponse, 2, from: 3) with { Reject = true });
        Assert.Equal(Role.Follower, member.Raft.Role);
        for (var i = 0; i < 20 && member.Raft.Role == Role.Follower; i++)
        {
            member.Do(raft => raft.Tick());
        }

        Assert.Equal(3ul, member.Raft.Term);
    }

    [Theory] // §5.4.1
    [InlineData(2, 3, true)]
    [InlineData(3, 1, true)]
    [InlineData(2, 2, false)]
    [InlineData(1, 9, false)]
    public void A_vote_is_refused_to_a_log_that_is_less_up_to_date(ulong term, ulong index, bool granted)
    {
        var member = Follower(new HardState(2, 0, 1), Entry(2, 2), Entry(2, 3));
        Step(member, Msg(MessageType.Vote, 4) with { Index = index, LogTerm = term });
        Assert.Equal(granted, !Assert.Single(_sent).Reject);
    }

    [Fact] // §5.3
    public void A_leader_appends_a_command_and_sends_it_to_all()
    {
        var member = Leader();
        Step(member, Msg(MessageType.AppendResponse, 2) with { Index = 2 });
        Step(member, Msg(MessageType.AppendResponse, 2, from: 3) with { Index = 2 });
        _sent.Clear();
        Assert.Equal(3ul, member.Do(raft => raft.Propose("x"u8.ToArray())).Index);
        Run(member);
        Assert.Equal([2, 3], _sent.Where(message => message.Type == MessageType.Append).Select(message => (int)message.To));
    }

    [Theory] // §5.3, figure 2 receiver step 2
    [InlineData(4, 2)]
    [InlineData(3, 1)]
    public void An_append_that_does_not_match_is_refused(ulong index, ulong term)
    {
        var member = Follower(new HardState(2, 0, 1), Entry(2, 2), Entry(2, 3));
        Step(member, Msg(MessageType.Append, 2) with { Index = index, LogTerm = term, Entries = new[] { Entry(2, index + 1) } });
        Assert.True(Assert.Single(_sent).Reject);
        Assert.Equal(3ul, member.Raft.LastIndex);
    }

    [Fact] // §5.3, figure 2 receiver steps 3 and 4
    public void Conflicting_entries_are_replaced_and_matching_ones_kept()
    {
        var member = Follower(new HardState(2, 0, 1), Entry(2, 2), Entry(2, 3), Entry(2, 4));
        Step(member, Msg(MessageType.Append, 3) with { Index = 1, LogTerm = 1, Entries = new[] { Entry(2, 2), Entry(3, 3) } });
        Assert.Equal([1ul, 2ul, 3ul, 0ul], new ulong[] { 1, 2, 3, 4 }.Select(index => member.Raft.TermAt(index) ?? 0));
        Assert.Equal([2ul, 3ul], member.Disk.Entries.Select(entry => entry.Term));
    }

    [Fact] // §5.3: a delayed message must not shorten the log
    public void A_late_append_of_what_is_there_keeps_what_came_after_it()
    {
        var member = Follower(new HardState(2, 0, 1), Entry(2, 2), Entry(2, 3));
        Step(member, Msg(MessageType.Append, 2) with { Index = 1, LogTerm = 1, Entries = new[] { Entry(2, 2) } });
        Assert.Equal(3ul, member.Raft.LastIndex);
    }

    [Fact] // §5.3, figure 2 receiver step 5
    public void A_follower_commits_no_further_than_the_message_proves()
    {
        var member = Follower(new HardState(2, 0, 1), Entry(2, 2), Entry(2, 3));
        Step(member, Msg(MessageType.Append, 2) with { Index = 1, LogTerm = 1, Entries = new[] { Entry(2, 2) }, Commit = 9 });
        Assert.Equal(2ul, member.Raft.CommitIndex);
    }

    [Fact] // §5.4.2, figure 8
    public void A_leader_commits_earlier_terms_only_with_an_entry_of_its_own()
    {
        var member = Follower(new HardState(2, 0, 1), Entry(2, 2));
        Elect(member);
        Step(member, Msg(MessageType.AppendResponse, 3) with { Index = 2 });
        Assert.Equal(1ul, member.Raft.CommitIndex);
        Step(member, Msg(MessageType.AppendResponse, 3) with { Index = 3 });
        Assert.Equal(3ul, member.Raft.CommitIndex);
    }

    [Fact] // §8
    public void A_new_leader_starts_its_term_with_an_empty_entry()
    {
        var member = Leader();
        var entry = member.Raft.EntryAt(member.Raft.LastIndex);
        Assert.Equal((member.Raft.Term, 0), (entry.Term, entry.Data.Length));
    }

    [Fact] // thesis §10.2.1
    public void A_leader_counts_itself_only_when_flushed()
    {
        var member = Leader();
        Step(member, Msg(MessageType.AppendResponse, 2) with { Index = 2 });
        member.Do(raft => raft.Propose("x"u8.ToArray()));
        member.RunReady();
        member.Do(raft => raft.Step(Msg(MessageType.AppendResponse, 2) with { Index = 3 }));
        Assert.Equal(2ul, member.Raft.CommitIndex);
        member.FlushOne();
        Assert.Equal(3ul, member.Raft.CommitIndex);
    }

    [Fact]
    public void A_log_that_lacks_entries_it_recorded_as_committed_is_refused() => Assert.Throws<InvariantException>(
        () => new RaftNode(new RaftOptions { Id = 1 }, new HardState(2, 0, 5), Founding(1), [Entry(2, 2)]));

    [Fact]
    public void A_tail_cut_between_entries_and_hard_state_lifts_the_term_and_frees_the_vote()
    {
        var raft = new RaftNode(new RaftOptions { Id = 1 }, new HardState(2, 3, 1), Founding(1), [Entry(4, 2)]);
        Assert.Equal((4ul, 0ul), (raft.Term, raft.Vote));
    }

    [Fact] // thesis §4.2.1 and §4.2.3; found by a simulated cluster whose leader was cut off just after it had promoted its learner
    public void A_learner_whose_leader_is_silent_refuses_nobody_its_vote()
    {
        var start = new SnapshotMetadata(1, 1, new ConfState { Voters = [2, 3], Learners = [1] });
        var raft = new RaftNode(new RaftOptions { Id = 1 }, new HardState(1, 0, 1), start, []);
        raft.Step(Msg(MessageType.Heartbeat, 1) with { Commit = 1 });
        for (var tick = 1; tick <= 60; tick++)
        {
            raft.Tick();
            raft.Step(Msg(MessageType.PreVote, 2, from: 3) with { Index = 1, LogTerm = 1, Commit = 1, CommitTerm = 1 });
            var isGranted = raft.HasReady && raft.TakeReady()
                .Messages.Exists(message => message is { Type: MessageType.PreVoteResponse, Reject: false });
            Assert.True(isGranted || tick < 20, $"the vote was refused {tick} ticks after the leader's last word");
        }
    }

    private Member Follower() => Follower(new HardState(1, 0, 1));

    private Member Follower(HardState hard, params Entry[] entries)
    {
        var disk = new MemberDisk { Hard = hard, Start = Founding(1) };
        disk.Append(entries);
        return new Member(new RaftOptions { Id = 1, PreVote = false, CheckQuorum = false }, disk, _sent.Add, (_, _) => { });
    }

    private Member Candidate()
    {
        var member = Follower();
        member.Do(raft => raft.Campaign());
        Run(member);
        _sent.Clear();
        return member;
    }

    private Member Leader()
    {
        var member = Follower();
        Elect(member);
        return member;
    }

    private static void Elect(Member member)
    {
        member.Do(raft => raft.Campaign());
        Run(member);
        Step(member, Msg(MessageType.VoteResponse, member.Raft.Term));
        Assert.Equal(Role.Leader, member.Raft.Role);
    }

    private static void Step(Member member, Message message)
    {
        member.Do(raft => raft.Step(message));
        Run(member);
    }

    private static void Run(Member member)
    {
        while (member.Raft.HasReady || member.Writes.Count > 0)
        {
            member.RunReady();
            member.FlushOne();
        }
    }

    private static Message Msg(MessageType type, ulong term, ulong from = 2) => new() { Type = type, From = from, To = 1, Term = term };

    private static Entry Entry(ulong term, ulong index) => new(term, index, EntryType.Normal, default);

    private static SnapshotMetadata Founding(ulong id) => new(1, 1, new ConfState { Voters = id <= 3 ? [1, 2, 3] : [1, 2, id] });
}
