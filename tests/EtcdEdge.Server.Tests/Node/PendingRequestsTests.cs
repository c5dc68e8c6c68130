using EtcdEdge.Peers;
using EtcdEdge.Raft;
using EtcdEdge.Raft.Membership;
using EtcdEdge.Raft.Model;
using EtcdEdge.Server.Node;
using EtcdEdge.StateMachine;
using EtcdEdge.StateMachine.Cluster;
using EtcdEdge.StateMachine.Model;
using Xunit;

namespace EtcdEdge.Server.Tests.Node;

// Goal: a request whose caller has gone gives its place back at the next look, not at its timeout, and is not answered when it is applied all the
// same.
public sealed class PendingRequestsTests
{
    private const int EntryBytes = 100;
    private const long TimeoutMs = 7_000;
    private readonly PendingRequests _pending = new(TimeoutMs);
    private readonly TimeoutReasons _reasons = new(Alone(), new NoPeers(), electionTimeoutMs: 1_000);

    [Fact]
    public async Task Who_has_gone_makes_room_for_others()
    {
        using var gone = new CancellationTokenSource();
        var (left, stays) = (Add(1, gone.Token), Add(2, CancellationToken.None));
        _pending.Sweep(nowMs: 500, _reasons);
        _pending.Answer();
        Assert.Equal(2, _pending.Count);

        await gone.CancelAsync();
        _pending.Sweep(nowMs: 1_000, _reasons);
        _pending.Answer();
        Assert.Equal(EtcdError.RequestCanceled, (await left).Error);
        Assert.False(stays.IsCompleted);
        Assert.Equal(1, _pending.Count);

        _pending.Applied(1, ApplyResult.Refused(EtcdError.None, 5));
        _pending.Applied(2, ApplyResult.Refused(EtcdError.KeyNotFound, 5));
        _pending.Answer();
        Assert.Equal(EtcdError.KeyNotFound, (await stays).Error);
        Assert.Equal(0, _pending.Count);
    }

    [Fact]
    public async Task Who_waits_for_room_in_the_log_and_goes_is_forgotten()
    {
        using var gone = new CancellationTokenSource();
        var left = Add(1, gone.Token);
        Assert.False(_pending.TryGiveUp(1, nowMs: 10, EtcdError.TooManyRequests));
        await gone.CancelAsync();
        Assert.True(_pending.TryGiveUp(1, nowMs: 10, EtcdError.TooManyRequests));
        _pending.Answer();
        Assert.Equal(EtcdError.RequestCanceled, (await left).Error);
    }

    [Fact]
    public async Task A_request_that_is_late_is_told_so_also_when_its_caller_has_gone_since()
    {
        using var gone = new CancellationTokenSource();
        var late = Add(1, gone.Token);
        await gone.CancelAsync();
        _pending.Sweep(nowMs: TimeoutMs, _reasons);
        _pending.Answer();
        Assert.Equal(EtcdError.Timeout, (await late).Error);
    }

    private static RaftNode Alone()
    {
        var founding = new SnapshotMetadata(1, 1, new ConfState { Voters = [1] });
        return new RaftNode(new RaftOptions { Id = 1, PreVote = false }, new HardState(1, 0, 1), founding, []);
    }

    private Task<ApplyResult> Add(ulong id, CancellationToken cancel)
    {
        Assert.True(_pending.TryReserve(EntryBytes, isUrgent: false));
        var proposal = Proposal.Rent(id, new byte[EntryBytes], cancel);
        var completion = proposal.Completion.AsTask();
        _pending.Add(proposal, nowMs: 0);
        return completion;
    }

    private sealed class NoPeers : IPeers
    {
        public void SetMembers(ClusterView cluster)
        {
        }

        public void Send(IReadOnlyList<Message> messages)
        {
        }

        public void Forward(ulong leader, ReadOnlyMemory<byte> entry)
        {
        }

        public TimeSpan? ConnectedFor(ulong id) => null;
    }
}
