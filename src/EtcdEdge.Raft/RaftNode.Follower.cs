using EtcdEdge.Base;
using EtcdEdge.Raft.Model;

namespace EtcdEdge.Raft;

/// <summary>The follower's side: appends, heartbeats, snapshots, and requests to campaign.</summary>
public sealed partial class RaftNode
{
    /// <summary>
    /// Drops the leader of this term, for a caller that knows it to be dead: the member can vote again before the election timeout. Refused for
    /// leaders, and under lease-based reads, which rely on that promise.
    /// </summary>
    public bool ForgetLeader()
    {
        if (Role != Role.Follower || Leader == 0 || _options.ReadOnly == ReadOnlyOption.LeaseBased)
        {
            return false;
        }

        Leader = 0;
        return true;
    }

    /// <summary>
    /// The caller knows that <paramref name="id"/>'s process has ended. If it led, the next campaign is near: drawn from the first part of an
    /// election timeout (<see cref="RaftLimits.HurriedShare"/>), so that two followers rarely campaign at the same time. A wrong report does no harm:
    /// the campaign begins with a pre-vote, which members with a leader refuse, and the leader's next message cancels it.
    /// </summary>
    public void ReportDead(ulong id)
    {
        if (id == 0 || Leader != id || !_options.PreVote || !ForgetLeader())
        {
            return;
        }

        var ticksLeft = 1 + _random.Below(Math.Max(1, _electionTicks / RaftLimits.HurriedShare));
        _electionElapsed = Math.Max(_electionElapsed, _electionTimeout - ticksLeft);
    }

    private void BecomeFollower(ulong term, ulong leader)
    {
        if (term != Term)
        {
            Invariant.Require(term > Term, "the term may not fall");
            (Term, Vote) = (term, 0);
        }

        if (leader != 0 || Role != Role.Follower)
        {
            // Not for a follower that only receives a higher term: a candidate that cannot win must not keep others from trying (Raft §5.2).
            ResetElectionTimer();
        }

        Role = Role.Follower;
        Leader = leader;
        _votes.Clear();
        ForgetLeaderState();
    }

    private void FollowLeader(ulong leader)
    {
        Invariant.Require(!IsLeader, "another member leads in this member's own term");
        Invariant.Require(Leader == 0 || Leader == leader, "two members lead in one term");
        if (Role != Role.Follower)
        {
            BecomeFollower(Term, leader);
        }

        Leader = leader;
        _electionElapsed = 0;
        _leaseMayBeOut = false;
    }

    private void OnAppend(Message message)
    {
        if (message.Index < _log.Committed)
        {
            AcknowledgeAppend(message.From, _log.Committed);
            return;
        }

        if (!_log.Matches(message.Index, message.LogTerm))
        {
            RefuseAppend(message);
            return;
        }

        RequireContiguous(message);
        if (_log.Merge(message.Entries.Span) is { } keptUpTo)
        {
            _flushMarks.Clamp(keptUpTo);
        }

        var lastNew = message.Index + (ulong)message.Entries.Length;
        _log.CommitTo(Math.Min(message.Commit, lastNew));
        AcknowledgeAppend(message.From, lastNew);
    }

    // The acknowledgement promises that the entries survive a crash, so it waits for their flush.
    private void AcknowledgeAppend(ulong leader, ulong index) =>
        SendAfterFlush(new Message { Type = MessageType.AppendResponse, From = Id, To = leader, Term = Term, Index = index });

    // A refusal promises nothing and goes at once.
    private void RefuseAppend(Message message)
    {
        var (hint, hintTerm) = _log.LastNotAfterTerm(Math.Min(message.Index, _log.LastIndex), message.LogTerm);
        Send(new Message
        {
            Type = MessageType.AppendResponse,
            From = Id,
            To = message.From,
            Term = Term,
            Index = message.Index,
            Reject = true,
            RejectHint = hint,
            LogTerm = hintTerm,
        });
    }

    private static void RequireContiguous(Message message)
    {
        var entries = message.Entries.Span;
        for (var i = 0; i < entries.Length; i++)
        {
            Invariant.Require(entries[i].Index == message.Index + (ulong)i + 1, "an append's entries have a gap");
        }
    }

    // Sent at once, flushed or not: a stalled disk must not cost the leader its quorum, and a round only confirms this member's term.
    private void OnHeartbeat(Message message)
    {
        Invariant.Require(
            message.Commit <= _log.LastIndex,
            "the leader counts on entries this log does not have: this member lost entries it had acknowledged; remove it and add it anew");
        _log.CommitTo(message.Commit);
        if (message.Context > 0)
        {
            Send(new Message { Type = MessageType.HeartbeatResponse, From = Id, To = message.From, Term = Term, Context = message.Context });
        }
    }

    private void OnSnapshot(Message message)
    {
        var snapshot = message.Snapshot;
        if (snapshot is null || snapshot.Index <= _log.Committed)
        {
            AcknowledgeAppend(message.From, _log.Committed);
        }
        else if (_log.Matches(snapshot.Index, snapshot.Term))
        {
            // The log already contains it; the snapshot only proves that it is committed.
            _log.CommitTo(snapshot.Index);
            AcknowledgeAppend(message.From, snapshot.Index);
        }
        else if (snapshot.ConfState.Contains(Id))
        {
            Restore(snapshot);
            AcknowledgeAppend(message.From, snapshot.Index);
        }
        else
        {
            // Taken before this member was added: it would not contain this member. The next snapshot will.
            AcknowledgeAppend(message.From, _log.Committed);
        }
    }

    private void Restore(SnapshotMetadata snapshot)
    {
        _log.Reset(snapshot.Index, snapshot.Term);
        _flushMarks.Clamp(snapshot.Index);
        _tracker.Switch(snapshot.ConfState, snapshot.Index + 1, _tick);
        _snapshotToInstall = snapshot;
    }

    private void OnTimeoutNow(Message message)
    {
        if (IsLeader || !MayCampaign())
        {
            return;
        }

        _deferredCampaignTerm = Term;
        StartDeferredCampaign();
    }

    private void StartDeferredCampaign()
    {
        if (_deferredCampaignTerm != Term || Term == 0 || IsLeader || !MayCampaign() || HasUnappliedConfChange())
        {
            return;
        }

        _deferredCampaignTerm = 0;
        StartElection(force: true);
    }
}
