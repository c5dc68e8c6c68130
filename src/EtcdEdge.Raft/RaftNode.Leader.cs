using EtcdEdge.Base;
using EtcdEdge.Raft.Model;
using EtcdEdge.Raft.Progress;
using EtcdEdge.Raft.Quorum;

namespace EtcdEdge.Raft;

/// <summary>The leader's side: proposals, answers of followers, commitment, heartbeats, stepping down.</summary>
public sealed partial class RaftNode
{
    private int _heartbeatElapsed;

    // Something happened that may let the leader send; evaluated once per Ready, so that many proposals make one message.
    private bool _sendWanted;

    /// <summary>
    /// Appends a command to the log if this member leads. The bytes belong to the log from here on and must not be changed. Nothing is forwarded: the
    /// caller of another member has to send it to the leader.
    /// </summary>
    public ProposeResult Propose(ReadOnlyMemory<byte> data)
    {
        if (!IsLeader)
        {
            return new ProposeResult(ProposeOutcome.NotLeader);
        }

        if (_transferee != 0)
        {
            return new ProposeResult(ProposeOutcome.TransferInProgress);
        }

        if (!HasRoomFor(data.Length))
        {
            return new ProposeResult(ProposeOutcome.TooManyUncommitted);
        }

        return new ProposeResult(ProposeOutcome.Accepted, AppendOwn(EntryType.Normal, data), Term);
    }

    private void BecomeLeader()
    {
        Invariant.Require(Role == Role.Candidate, "only a candidate becomes leader");
        Role = Role.Leader;
        Leader = Id;
        ForgetLeaderState();
        ResetElectionTimer();
        foreach (var peer in _tracker.Peers)
        {
            peer.Reset(_log.LastIndex + 1, _tick);
        }

        // Changes the previous leader left in the log may still commit; until all are applied no new one is accepted.
        _pendingConfIndex = _log.LastIndex;

        // Only an entry of its own term shows a leader what is committed (Raft §5.4.2, §8).
        AppendOwn(EntryType.Normal, default);
    }

    private void ForgetLeaderState()
    {
        _transferee = 0;
        _leaseRevoked = false;
        _heartbeatElapsed = 0;
        _sendWanted = false;
        _reads.Clear();
        _earlyReads.Clear();
    }

    private ulong AppendOwn(EntryType type, ReadOnlyMemory<byte> data)
    {
        var index = _log.LastIndex + 1;
        _log.Append(new Entry(Term, index, type, data));
        _sendWanted = true;
        if (_options.InjectedBug.HasFlag(InjectedBug.CountSelfBeforeFlush))
        {
            MaybeCommit();
        }

        return index;
    }

    private bool HasRoomFor(int bytes)
    {
        var uncommitted = _log.BytesBetween(_log.Committed + 1, _log.LastIndex);
        var unflushed = _log.BytesBetween(_log.Flushed + 1, _log.LastIndex);
        return Fits(uncommitted, bytes, _options.MaxUncommittedBytes) && Fits(unflushed, bytes, _options.MaxUnflushedBytes);
    }

    // A first entry always fits, whatever its size, so that no proposal is refused forever.
    private static bool Fits(long held, int bytes, long limit) => held == 0 || held + bytes <= limit;

    private void TickLeader()
    {
        if (_transferee != 0 && _electionElapsed >= _electionTicks)
        {
            _transferee = 0;
        }

        if (_options.CheckQuorum && !_tracker.Quorum.IsOnly(Id) && !HeardQuorum())
        {
            BecomeFollower(Term, 0);
            return;
        }

        if (++_heartbeatElapsed >= _heartbeatTicks)
        {
            BroadcastHeartbeat();
        }
    }

    private bool HeardQuorum() => _tick - _tracker.Quorum.CommittedIndex(new ActiveTicks(this)) < (ulong)_electionTicks;

    private void BroadcastHeartbeat()
    {
        _heartbeatElapsed = 0;
        var round = _rounds.Start(_tick);
        foreach (var peer in _tracker.Peers)
        {
            if (peer.Id != Id)
            {
                SendHeartbeat(peer, round);
            }
        }
    }

    // The commit index is limited to what this follower is known to have: a heartbeat does not check that the logs match.
    private void SendHeartbeat(PeerProgress peer, ulong round)
    {
        var commit = Math.Min(peer.Match, _log.Committed);
        peer.NoteCommitSent(commit);
        Send(new Message { Type = MessageType.Heartbeat, From = Id, To = peer.Id, Term = Term, Commit = commit, Context = round });
    }

    private void StepLeader(Message message)
    {
        if (!IsLeader || _tracker.Find(message.From) is not { } peer)
        {
            return;
        }

        peer.LastActiveTick = _tick;
        _sendWanted = true;
        if (message.Type == MessageType.HeartbeatResponse)
        {
            OnHeartbeatResponse(peer, message);
        }
        else if (message.Reject)
        {
            OnAppendRefused(peer, message);
        }
        else
        {
            OnAppendAcknowledged(peer, message.Index);
        }
    }

    private void OnHeartbeatResponse(PeerProgress peer, Message message)
    {
        peer.AckedRound = Math.Max(peer.AckedRound, message.Context);
        peer.ResumeProbe();

        // It is active but lacks entries: messages in flight may be lost, and an append's response shows it.
        peer.EmptyAppendWanted |= peer.Match < _log.LastIndex || peer.State == ProgressState.Probe;
        AnswerConfirmedReads();
    }

    private void OnAppendRefused(PeerProgress peer, Message message)
    {
        var hint = message.LogTerm > 0 ? _log.LastNotAfterTerm(message.RejectHint, message.LogTerm).Index : message.RejectHint;
        peer.Refuse(message.Index, hint);
    }

    private void OnAppendAcknowledged(PeerProgress peer, ulong index)
    {
        Invariant.Require(index <= _log.LastIndex, "a follower acknowledged entries the leader does not have");
        var advanced = peer.Acknowledge(index);
        if (peer.State == ProgressState.Replicate)
        {
            peer.Inflights.FreeUpTo(index);
        }
        else if (CaughtUp(peer, index))
        {
            peer.BecomeReplicate();
        }

        if (advanced)
        {
            MaybeCommit();
            HandOverIfCaughtUp(peer);
        }
    }

    // A probe ends with its response; a snapshot when the log reaches back to what the follower has, however it got there.
    private bool CaughtUp(PeerProgress peer, ulong index) => peer.State == ProgressState.Probe
        ? index == peer.Match
        : index == peer.Match && peer.Match + 1 >= _log.FirstIndex;

    /// <summary>
    /// Commits what a quorum holds durably, this member's own disk counting like any other (thesis §10.2.1). Entries of earlier terms
    /// commit only below one of this term (Raft §5.4.2).
    /// </summary>
    private void MaybeCommit()
    {
        var hadOwn = HasCommittedInTerm();
        var index = _tracker.Quorum.CommittedIndex(new Matches(this));
        var ofThisTerm = _log.Matches(index, Term) || _options.InjectedBug.HasFlag(InjectedBug.CommitEarlierTerms);
        if (index <= _log.Committed || !ofThisTerm)
        {
            return;
        }

        _log.CommitTo(index);
        _sendWanted = true;
        if (!hadOwn)
        {
            StartEarlyReads();
        }
    }

    private bool HasCommittedInTerm() => _log.Matches(_log.Committed, Term);

    private ulong OwnMatch() => _options.InjectedBug.HasFlag(InjectedBug.CountSelfBeforeFlush) ? _log.LastIndex : _log.Flushed;

    private readonly struct Matches(RaftNode node) : IAckedIndex
    {
        public ulong Acked(ulong voter) => voter == node.Id ? node.OwnMatch() : node._tracker.Find(voter)?.Match ?? 0;
    }

    private readonly struct ActiveTicks(RaftNode node) : IAckedIndex
    {
        public ulong Acked(ulong voter) => voter == node.Id ? node._tick : node._tracker.Find(voter)?.LastActiveTick ?? 0;
    }
}
