using EtcdEdge.Raft;
using EtcdEdge.Raft.Membership;
using EtcdEdge.Raft.Model;
using EtcdEdge.Server.Node;
using EtcdEdge.StateMachine.Model;
using Xunit;

namespace EtcdEdge.Server.Tests.Node;

// Goal: reads share questions to Raft, a crowd is waited for but never long, and no read is forgotten. Method: a member that leads alone, so that
// each question is answered in its next Ready; the clock is the caller's.
public sealed class LinearizableReadsTests
{
    private const long TimeoutMs = 1_000;
    private readonly LinearizableReads _reads = new(TimeoutMs, firstContext: 100);
    private readonly RaftNode _raft = LeaderAlone();

    [Fact]
    public void Reads_that_arrive_while_a_question_is_under_way_share_the_next()
    {
        var first = Ask(nowMs: 0);
        var (second, third) = (Ask(nowMs: 0), Ask(nowMs: 0));
        var answers = Answers();
        Assert.Single(answers);

        Confirm(answers, nowMs: 0);
        Assert.True(first.Completion.IsCompletedSuccessfully);
        Assert.False(second.Completion.IsCompleted);

        _reads.AskRaft(_raft, nowMs: 0);
        Confirm(Answers(), nowMs: 0);
        Assert.True(second.Completion.IsCompletedSuccessfully && third.Completion.IsCompletedSuccessfully);
    }

    [Fact]
    public void A_crowd_is_waited_for_until_most_of_it_is_there()
    {
        LetGoACrowd(nowMs: 10);
        Assert.True(_reads.AwaitsCrowd);

        for (var i = 1; i < MostOfACrowd; i++)
        {
            Ask(nowMs: 10);
        }

        Assert.Empty(Answers());

        Ask(nowMs: 10);
        Assert.Single(Answers());
        Assert.False(_reads.AwaitsCrowd);
    }

    [Fact]
    public void A_crowd_that_does_not_come_back_delays_a_read_by_milliseconds()
    {
        LetGoACrowd(nowMs: 10);
        Ask(nowMs: 10 + NodeLimits.ReadBatchDelayMs - 1);
        Assert.Empty(Answers());

        _reads.AskRaft(_raft, nowMs: 10 + NodeLimits.ReadBatchDelayMs);
        Assert.Single(Answers());
    }

    [Fact]
    public void A_crowd_that_has_left_is_soon_forgotten()
    {
        LetGoACrowd(nowMs: 10);
        _reads.AskRaft(_raft, nowMs: 10);
        Assert.True(_reads.AwaitsCrowd);

        _reads.AskRaft(_raft, nowMs: 10 + NodeLimits.ReadBatchDelayMs);
        Assert.False(_reads.AwaitsCrowd);
    }

    [Fact]
    public void The_loop_is_told_of_readers_only_when_there_is_something_to_ask()
    {
        Assert.True(_reads.Add(new PendingRead()));
        _reads.AskRaft(_raft, nowMs: 0);
        Assert.False(_reads.Add(new PendingRead()));

        Confirm(Answers(), nowMs: 0);
        _reads.AskRaft(_raft, nowMs: 0);
        Confirm(Answers(), nowMs: 0);
        _reads.AskRaft(_raft, nowMs: 0);
        Assert.True(_reads.Add(new PendingRead()));
        Assert.False(_reads.Add(new PendingRead()));
    }

    [Fact]
    public void The_loop_is_told_when_most_of_a_crowd_is_there()
    {
        LetGoACrowd(nowMs: 10);
        _reads.AskRaft(_raft, nowMs: 10);
        for (var i = 1; i < MostOfACrowd; i++)
        {
            Assert.False(_reads.Add(new PendingRead()));
        }

        Assert.True(_reads.Add(new PendingRead()));
    }

    [Fact]
    public async Task Whoever_comes_after_a_lost_question_brings_the_next_about()
    {
        var lost = Ask(nowMs: 0);
        Assert.Single(Answers());
        _reads.Sweep(nowMs: 1, EtcdError.Timeout);

        Assert.True(_reads.Add(new PendingRead()));
        _reads.AskRaft(_raft, nowMs: 1);
        Confirm(Answers(), nowMs: 1);
        Assert.Equal(EtcdError.None, await lost.Completion);
    }

    [Fact]
    public async Task Readers_of_a_node_that_stops_are_told()
    {
        var (asked, fresh, late) = (Ask(nowMs: 0), Ask(nowMs: 0), new PendingRead());
        _reads.RefuseAll(EtcdError.Stopped);
        Assert.False(_reads.Add(late));
        Assert.Equal([EtcdError.Stopped, EtcdError.Stopped, EtcdError.Stopped],
            [await asked.Completion, await fresh.Completion, await late.Completion]);
    }

    [Fact]
    public void A_few_readers_are_not_waited_for()
    {
        Ask(nowMs: 10);
        Confirm(Answers(), nowMs: 10);
        Ask(nowMs: 10);
        Assert.Single(Answers());
    }

    [Fact]
    public async Task A_lost_question_is_asked_again_and_given_up_at_its_deadline()
    {
        var read = Ask(nowMs: 0);
        Assert.Single(Answers());

        _reads.Sweep(nowMs: TimeoutMs - 1, EtcdError.Timeout);
        _reads.AskRaft(_raft, nowMs: TimeoutMs - 1);
        Assert.Single(Answers());
        Assert.False(read.Completion.IsCompleted);

        _reads.Sweep(nowMs: 2 * TimeoutMs, EtcdError.Timeout);
        Assert.Equal(EtcdError.Timeout, await read.Completion);
        Assert.Equal(1, _reads.Failed);
    }

    [Fact]
    public async Task Waiters_go_on_when_their_read_is_let_go()
    {
        var waiting = Enumerable.Range(0, 100).Select(_ => WaitAsync(Ask(nowMs: 0))).ToArray();
        Confirm(Answers(), nowMs: 0);
        _reads.AskRaft(_raft, nowMs: 0);
        Confirm(Answers(), nowMs: 0);
        Assert.All(await Task.WhenAll(waiting), outcome => Assert.Equal(EtcdError.None, outcome));
    }

    [Fact]
    public async Task Who_has_gone_is_let_go_and_the_others_are_asked_for_again()
    {
        using var gone = new CancellationTokenSource();
        var (asked, fresh) = (new PendingRead(gone.Token), new PendingRead(gone.Token));
        _reads.Add(asked);
        var stays = Ask(nowMs: 100);
        _reads.Add(fresh);
        _reads.Sweep(nowMs: 500, EtcdError.Timeout);
        Assert.False(asked.Completion.IsCompleted || fresh.Completion.IsCompleted);

        await gone.CancelAsync();
        _reads.Sweep(nowMs: 1_000, EtcdError.Timeout);
        Assert.Equal((EtcdError.RequestCanceled, EtcdError.RequestCanceled), (await WaitAsync(asked), await WaitAsync(fresh)));
        Assert.False(stays.Completion.IsCompleted);
        Assert.Equal(0, _reads.Failed);

        _reads.AskRaft(_raft, nowMs: 1_000);
        _reads.Sweep(nowMs: 1_500, EtcdError.Timeout);
        Assert.Equal((EtcdError.Timeout, 1L), (await WaitAsync(stays), _reads.Failed));
    }

    private const int Crowd = NodeLimits.ReadBatchSize;
    private const int MostOfACrowd = Crowd - (Crowd / 4);

    private void LetGoACrowd(long nowMs)
    {
        for (var i = 0; i < Crowd; i++)
        {
            _reads.Add(new PendingRead());
        }

        _reads.AskRaft(_raft, nowMs);
        Confirm(Answers(), nowMs);
    }

    private PendingRead Ask(long nowMs)
    {
        var read = new PendingRead();
        _reads.Add(read);
        _reads.AskRaft(_raft, nowMs);
        return read;
    }

    private void Confirm(List<ReadState> answers, long nowMs)
    {
        foreach (var answer in answers)
        {
            _reads.Confirmed(answer, nowMs);
        }

        _reads.Release(_raft.CommitIndex);
    }

    private List<ReadState> Answers()
    {
        var answers = new List<ReadState>();
        while (_raft.HasReady)
        {
            answers.AddRange(_raft.TakeReady().ReadStates);
        }

        return answers;
    }

    private static async Task<EtcdError> WaitAsync(PendingRead read) => await read.Completion;

    private static RaftNode LeaderAlone()
    {
        var founding = new SnapshotMetadata(1, 1, new ConfState { Voters = [1] });
        var raft = new RaftNode(new RaftOptions { Id = 1, PreVote = false }, new HardState(1, 0, 1), founding, []);
        raft.Campaign();
        while (raft.HasReady)
        {
            raft.Flushed(raft.TakeReady().Number);
        }

        return raft;
    }
}
