using EtcdEdge.Configuration;
using EtcdEdge.Peers;
using EtcdEdge.Server.Common;
using EtcdEdge.Server.Node;
using EtcdEdge.StateMachine.Model;
using Grpc.Core;

namespace EtcdEdge.Server.Forwarding;

/// <summary>
/// Asks the leader what only it can answer, wherever it is (etcd server/etcdserver/v3_server.go: LeaseRenew, LeaseTimeToLive, PromoteMember). Any
/// thread.
/// </summary>
/// <param name="node">Knows the leader.</param>
/// <param name="call">Asks another member (<see cref="PeerTransport.CallAsync"/>).</param>
/// <param name="timing">How long requests may take.</param>
internal sealed class LeaderCalls(
    IEtcdNode node, Func<ulong, PeerCallKind, ReadOnlyMemory<byte>, TimeSpan, CancellationToken, Task<PeerAnswer>> call, RaftOptions timing)
{
    /// <summary>Between two tries.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>How long a request is tried.</summary>
    public TimeSpan Patience => timing.RequestTimeout;

    /// <summary>The leader's answer, or null when this member leads and has to answer itself.</summary>
    /// <param name="kind">The kind of call.</param>
    /// <param name="question">Its payload.</param>
    /// <param name="mayRepeat">Whether a call without an answer may be repeated, although it may have been executed.</param>
    /// <param name="cancel">The call's.</param>
    /// <exception cref="RpcException">The leader's refusal, no leader, or no answer in time.</exception>
    public async ValueTask<ReadOnlyMemory<byte>?> AskAsync(PeerCallKind kind, ReadOnlyMemory<byte> question, bool mayRepeat, CancellationToken cancel)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(timing.RequestTimeout);
        try
        {
            while (true)
            {
                var leader = await LeaderAsync(deadline.Token);
                if (leader == node.MemberId)
                {
                    return null;
                }

                if (await TryAskAsync(leader, kind, question, mayRepeat, deadline.Token) is { } answer)
                {
                    return answer;
                }

                await Task.Delay(Pause, deadline.Token);
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw EtcdStatus.Refuse(EtcdError.Timeout);
        }
    }

    private async ValueTask<ReadOnlyMemory<byte>?> TryAskAsync(
        ulong leader, PeerCallKind kind, ReadOnlyMemory<byte> question, bool mayRepeat, CancellationToken cancel)
    {
        try
        {
            return PeerReply.Read(await call(leader, kind, question, timing.RequestTimeout, cancel));
        }
        catch (PeerCallException) when (mayRepeat)
        {
            return null;
        }
        catch (PeerCallException)
        {
            throw EtcdStatus.Refuse(EtcdError.TimeoutDueToConnectionLost);
        }
    }

    // As etcd's waitLeader: one election timeout is given to an election under way.
    private async ValueTask<ulong> LeaderAsync(CancellationToken cancel)
    {
        var patience = timing.ElectionTimeout;
        for (; node.Status.Leader == 0 && patience > TimeSpan.Zero; patience -= Pause)
        {
            await Task.Delay(Pause, cancel);
        }

        return node.Status.Leader is var leader and not 0 ? leader : throw EtcdStatus.Refuse(EtcdError.NoLeader);
    }
}
