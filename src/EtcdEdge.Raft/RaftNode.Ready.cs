using EtcdEdge.Base;
using EtcdEdge.Raft.Model;

namespace EtcdEdge.Raft;

/// <summary>The output: what the caller has to do, and what it reports back. The contract is in DESIGN.md.</summary>
public sealed partial class RaftNode
{
    private readonly Ready _ready = new();
    private readonly FlushMarks _flushMarks = new();
    private readonly List<Message> _outbox = [];
    private readonly List<Message> _outboxAfterFlush = [];
    private HardState _emittedHard;
    private SoftState _emittedSoft;
    private ulong _readyNumber;
    private SnapshotMetadata? _snapshotToInstall;

    // A snapshot was handed out and is not durable yet: until then this member does not campaign.
    private bool _snapshotInFlight;
    private ulong _snapshotReady;

    /// <summary>Whether <see cref="TakeReady"/> has work for the caller.</summary>
    public bool HasReady =>
        _log.Persisting < _log.LastIndex || _log.Delivered < _log.Committed || _outbox.Count > 0 || _outboxAfterFlush.Count > 0
        || _readStates.Count > 0 || _snapshotToInstall is not null || CurrentHard() != _emittedHard || CurrentSoft() != _emittedSoft
        || (IsLeader && (_sendWanted || NeedsReadRound()));

    /// <summary>
    /// What has to be done now. The caller may take further Readys before this one is durable. Valid until the next call.
    /// </summary>
    public Ready TakeReady()
    {
        SendWhatIsDue();
        _ready.Reset(++_readyNumber);
        TakeDurableState();
        _log.TakeCommitted(_ready.CommittedEntries);
        _ready.ReadStates.AddRange(_readStates);
        _readStates.Clear();
        TakeMessages();
        return _ready;
    }

    /// <summary>
    /// Everything in the Readys up to <paramref name="readyNumber"/> is durable. Only Readys with <see cref="Ready.MustFlush"/> need to be
    /// reported; reports may be skipped over but not go back.
    /// </summary>
    public void Flushed(ulong readyNumber)
    {
        Invariant.Require(readyNumber <= _readyNumber, "a Ready was reported as flushed that was never taken");
        if (_flushMarks.TakeUpTo(readyNumber) is not { } mark)
        {
            return;
        }

        _log.FlushTo(mark.LastIndex);
        _snapshotInFlight &= _snapshotReady > readyNumber;
        if (IsLeader)
        {
            MaybeCommit();
        }
        else if (Role == Role.Candidate && mark.Term == Term && mark.Vote == Id)
        {
            CountVote(Id, granted: true);
        }
    }

    private void SendWhatIsDue()
    {
        if (IsLeader && NeedsReadRound())
        {
            BroadcastHeartbeat();
        }

        if (IsLeader && _sendWanted)
        {
            SendAppends();
        }
    }

    private void TakeDurableState()
    {
        var hard = CurrentHard();
        var soft = CurrentSoft();
        _ready.HardState = hard != _emittedHard ? hard : null;
        _ready.SoftState = soft != _emittedSoft ? soft : null;
        _ready.Snapshot = _snapshotToInstall;
        _log.TakeUnwritten(_ready.Entries);
        _ready.MustFlush = _ready.Entries.Count > 0 || _ready.Snapshot is not null
            || hard.Term != _emittedHard.Term || hard.Vote != _emittedHard.Vote;
        if (_ready.Snapshot is not null)
        {
            (_snapshotToInstall, _snapshotInFlight, _snapshotReady) = (null, true, _readyNumber);
        }

        if (_ready.MustFlush)
        {
            _flushMarks.Add(new FlushMark(_readyNumber, _log.Persisting, hard.Term, hard.Vote));
        }

        (_emittedHard, _emittedSoft) = (hard, soft);
    }

    private void TakeMessages()
    {
        var durable = _flushMarks.IsEmpty || _options.InjectedBug.HasFlag(InjectedBug.AnswerBeforeFlush);
        _ready.Messages.AddRange(_outbox);
        (durable ? _ready.Messages : _ready.MessagesAfterFlush).AddRange(_outboxAfterFlush);
        _outbox.Clear();
        _outboxAfterFlush.Clear();
    }

    private HardState CurrentHard() => new(Term, Vote, _log.Committed);

    private SoftState CurrentSoft() => new(Leader, Role, Term);
}
