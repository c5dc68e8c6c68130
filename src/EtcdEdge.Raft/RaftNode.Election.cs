using EtcdEdge.Raft.Model;
using EtcdEdge.Raft.Quorum;

namespace EtcdEdge.Raft;

/// <summary>Elections: campaigning, voting, counting votes (Raft §5.2, §5.4.1; thesis §9.6 for pre-vote).</summary>
public sealed partial class RaftNode
{
    /// <summary>
    /// Campaigns now instead of waiting for the timeout. Returns false when this member leads already, may not (learner, removed, a snapshot or
    /// a membership change is not yet in place), or would break the lease it gave.
    /// </summary>
    public bool Campaign()
    {
        var promised = _options.ReadOnly == ReadOnlyOption.LeaseBased && HonoursLease() && !_tracker.Quorum.IsOnly(Id);
        if (IsLeader || promised || !MayCampaign() || HasUnappliedConfChange())
        {
            return false;
        }

        if (_options.PreVote)
        {
            StartPreElection();
        }
        else
        {
            StartElection(force: false);
        }

        return true;
    }

    private bool MayCampaign() => _tracker.Quorum.Contains(Id) && !_snapshotInFlight && _snapshotToInstall is null;

    /// <summary>
    /// A leader of the old membership may already have committed the new one: a member that has not applied it must not count votes by the old one.
    /// </summary>
    private bool HasUnappliedConfChange()
    {
        for (var i = _log.Applied + 1; i <= _log.Committed; i++)
        {
            if (_log.At(i).Type == EntryType.ConfChange)
            {
                return true;
            }
        }

        return false;
    }

    private void StartPreElection()
    {
        Role = Role.PreCandidate;
        Leader = 0;
        _votes.Clear();
        ResetElectionTimer();
        SendVoteRequests(MessageType.PreVote, Term + 1, force: false, Send);
        CountVote(Id, granted: true);
    }

    /// <summary>
    /// Raises the term and requests votes. The requests wait for the flush: they contain the length of this log, and this member's own vote is
    /// counted only when it is durable.
    /// </summary>
    private void StartElection(bool force)
    {
        (Term, Vote) = (Term + 1, Id);
        Role = Role.Candidate;
        Leader = 0;
        _votes.Clear();
        ResetElectionTimer();
        SendVoteRequests(MessageType.Vote, Term, force, SendAfterFlush);
    }

    private void SendVoteRequests(MessageType type, ulong term, bool force, Action<Message> send)
    {
        foreach (var peer in _tracker.Peers)
        {
            if (peer.Id != Id && _tracker.Quorum.Contains(peer.Id))
            {
                send(new Message
                {
                    Type = type,
                    From = Id,
                    To = peer.Id,
                    Term = term,
                    Index = _log.LastIndex,
                    LogTerm = _log.LastTerm,
                    Commit = _log.Committed,
                    CommitTerm = CommittedTerm(),
                    Force = force,
                });
            }
        }
    }

    /// <summary>
    /// Learners vote too when requested: the candidate may know of a promotion that the learner has not yet applied (thesis §4.2.1).
    /// </summary>
    private void OnVoteRequest(Message message)
    {
        LearnCommit(message);
        var isPreVote = message.Type == MessageType.PreVote;
        var free = Vote == message.From || (Vote == 0 && Leader == 0) || (isPreVote && message.Term > Term);
        var upToDate = _log.IsUpToDate(message.Index, message.LogTerm) || _options.InjectedBug.HasFlag(InjectedBug.VoteForStaleLogs);
        var granted = free && upToDate;
        if (granted && !isPreVote)
        {
            Vote = message.From;
            _electionElapsed = 0;
        }

        if (isPreVote)
        {
            Send(VoteAnswer(message, granted));
        }
        else
        {
            SendAfterFlush(VoteAnswer(message, granted));
        }
    }

    private Message VoteAnswer(Message request, bool granted) => new()
    {
        Type = request.Type == MessageType.PreVote ? MessageType.PreVoteResponse : MessageType.VoteResponse,
        From = Id,
        To = request.From,
        Term = granted ? request.Term : Term,
        Commit = _log.Committed,
        CommitTerm = CommittedTerm(),
        Reject = !granted,
    };

    /// <summary>
    /// A committed entry stays committed, so any member may report the commit index. Needed because a membership counts from when it is applied: a
    /// member can be removed, know it, and have the longer log, while the remaining one still requests its vote and would be refused forever (raft-rs
    /// learns commit indexes from votes for the same reason). A candidate that learns of a membership change stops counting.
    /// </summary>
    private void LearnCommit(Message message)
    {
        if (IsLeader || !_log.Matches(message.Commit, message.CommitTerm) || !_log.CommitTo(message.Commit))
        {
            return;
        }

        if (Role != Role.Follower && HasUnappliedConfChange())
        {
            BecomeFollower(Term, 0);
        }
    }

    private ulong CommittedTerm() => _log.Term(_log.Committed) ?? 0;

    private void OnVoteResponse(Message message)
    {
        LearnCommit(message);
        var awaited = message.Type == MessageType.PreVoteResponse ? Role.PreCandidate : Role.Candidate;
        if (Role == awaited)
        {
            CountVote(message.From, !message.Reject);
        }
    }

    private void CountVote(ulong voter, bool granted)
    {
        _votes.TryAdd(voter, granted);
        var result = _tracker.Quorum.Tally(_votes);
        if (result == VoteResult.Lost)
        {
            BecomeFollower(Term, 0);
        }
        else if (result == VoteResult.Won && Role == Role.PreCandidate)
        {
            StartElection(force: false);
        }
        else if (result == VoteResult.Won)
        {
            BecomeLeader();
        }
    }

    /// <summary>Whether a leader was active so recently that votes against it are refused (thesis §6.4.1, §4.2.3).</summary>
    private bool HonoursLease() => _options.CheckQuorum && (IsLeader || _leaseMayBeOut || (Leader != 0 && _electionElapsed < _electionTicks));

    private void ResetElectionTimer()
    {
        _electionElapsed = 0;
        DrawElectionTimeout();
    }

    private void DrawElectionTimeout() => _electionTimeout = _electionTicks + _random.Below(_electionTicks);
}
