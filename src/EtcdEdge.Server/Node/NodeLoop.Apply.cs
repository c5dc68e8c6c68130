using EtcdEdge.Api;
using EtcdEdge.Raft.Model;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Snapshot;

namespace EtcdEdge.Server.Node;

/// <content>From committed entries to published states and answers.</content>
internal sealed partial class NodeLoop
{
    private readonly List<TaskCompletionSource> _compactionWaiters = [];
    private long _nextRemovalMs;
    private ulong _publishedIndex;
    private NodeStatus _status = new();
    private bool _alarmWanted;
    private long _leaderChanges;
    private ulong _lastLeader;
    private bool _stateChanged = true;

    /// <summary>How long the loop may sleep: a compaction in progress wants its next turn, and so do readers.</summary>
    public int MsToNextTurn(int msToNextTick)
    {
        var ms = _reads.AwaitsCrowd ? Math.Min(1, msToNextTick) : msToNextTick;
        return _parts.State.Store.CompactionPending ? (int)Math.Clamp(_nextRemovalMs - _nowMs, 0, ms) : ms;
    }

    /// <summary>True when the node thread must be woken, because it may sleep longer than <see cref="MsToNextTurn"/> allows.</summary>
    public bool WantsTurnSoon => _reads.AwaitsCrowd;

    private void ApplyAll(List<Entry> entries)
    {
        if (entries.Count > 0)
        {
            _parts.Meter?.StartApplying();
        }

        foreach (var entry in entries)
        {
            if (entry.Type == EntryType.ConfChange)
            {
                ApplyMembershipChange(entry);
            }
            else
            {
                var result = _parts.State.Applier.Apply(entry.Index, entry.Term, entry.Data, out var requestId);
                _alarmWanted |= result.Error == EtcdError.NoSpace;
                _parts.Meter?.Applied(_parts.State.Applier.AppliedKind, result, entry.Data);
                _pending.Applied(requestId, result);
            }
        }

        if (entries.Count > 0)
        {
            _stateChanged = true;
            TellPeers();
            _raft.Applied(entries[^1].Index);
            CompactRaftLog(entries[^1].Index);
            RaiseAlarmIfWanted();
        }
    }

    // Values are slices of these entries, so an entry kept for followers costs memory only where its value has been replaced. More is kept for a
    // member that receives a snapshot: it would never catch up if the log after the snapshot were released.
    private void CompactRaftLog(ulong applied)
    {
        var needed = _raft.OldestNeededIndex;
        var isHeld = needed < applied && applied - needed < NodeLimits.HeldEntries && _raft.LogBytes <= NodeLimits.HeldBytes;
        var kept = applied > _parts.CatchUpEntries ? applied - _parts.CatchUpEntries : 0;
        _raft.Compact(isHeld ? Math.Min(kept, needed - 1) : kept);
        while (!isHeld && _raft.LogBytes > NodeLimits.CatchUpBytes && _raft.FirstIndex + 1 < Math.Min(applied, _raft.FlushedIndex))
        {
            _raft.Compact(_raft.FirstIndex + ((Math.Min(applied, _raft.FlushedIndex) - _raft.FirstIndex) / 2));
        }
    }

    // The write that took the store over its quota was made, and refused; the alarm keeps the next ones out, on every member (etcd apply).
    private void RaiseAlarmIfWanted()
    {
        if (_alarmWanted)
        {
            RaiseNoSpace();
        }

        _alarmWanted = false;
    }

    /// <summary>Also by a control input: a request was refused because the store is full.</summary>
    public void RaiseNoSpace()
    {
        if (!_parts.State.Alarms.IsActive(AlarmType.Nospace))
        {
            ProposeOwn(RequestKind.Alarm, new AlarmRequest
            {
                Action = AlarmRequest.Types.AlarmAction.Activate,
                MemberID = _raft.Id,
                Alarm = AlarmType.Nospace,
            });
        }
    }

    /// <summary>Any thread, by a control input: completes <paramref name="waiter"/> once the running compaction has removed everything.</summary>
    public void WhenCompacted(TaskCompletionSource waiter)
    {
        if (_parts.State.Store.CompactionPending)
        {
            _compactionWaiters.Add(waiter);
        }
        else
        {
            waiter.TrySetResult();
        }
    }

    /// <summary>By a control input: the state as of the last applied entry.</summary>
    public StateSnapshot Capture() => _parts.State.Applier.Capture(_parts.State.Store.Publish());

    private void RemoveCompacted()
    {
        if (!_parts.State.Store.CompactionPending || _nowMs < _nextRemovalMs)
        {
            return;
        }
        // A batch in slices, at the batches' pace: what the loop takes from millions of records is a write's delay.
        var slice = Math.Min(_parts.CompactionBatch, NodeLimits.RemovalsPerTurn);
        _nextRemovalMs = _nowMs + (_parts.CompactionPauseMs * slice / _parts.CompactionBatch);
        _stateChanged = true;
        _parts.Meter?.StartRemoving();
        var more = _parts.State.Store.CompactStep(slice);
        _parts.Meter?.Removed(more, _parts.State.Store.CompactRevision);
        if (more)
        {
            return;
        }

        CompactionIsRemoved();
    }

    private void CompactionIsRemoved()
    {
        foreach (var waiter in _compactionWaiters)
        {
            waiter.TrySetResult();
        }

        _compactionWaiters.Clear();
    }

    private void NoteLeader(SoftState? soft)
    {
        if (soft is not { } state)
        {
            return;
        }

        if (state.Leader != 0 && state.Leader != _lastLeader)
        {
            _leaderChanges++;
            _reasons.LeaderElected(_nowMs);
        }

        _lastLeader = state.Leader;
        if (state.Leader != 0)
        {
            // Requests made to an earlier leader, or without a leader, are lost.
            _reads.AskAgain();
            _reads.AskRaft(_raft, _nowMs);
        }
    }

    private void Publish()
    {
        var status = CurrentStatus();
        _isAlone = status.IsSoleVoter && _raft.ConfState.Learners.Count == 0;
        if (_stateChanged)
        {
            _stateChanged = false;
            _publishedIndex = _parts.State.Applier.AppliedIndex;
            _status = status;
            _parts.Publish(_parts.State.Store.Publish(), status);
        }
        else if (status != _status)
        {
            _status = status;
            _parts.Publish(null, status);
        }

        _pending.Answer();
        _reads.Release(_publishedIndex);
    }

    private NodeStatus CurrentStatus() => new()
    {
        Leader = _raft.Leader,
        Term = _raft.Term,
        LastIndex = _raft.LastIndex,
        CommittedIndex = _raft.CommitIndex,
        AppliedIndex = _raft.AppliedIndex,
        IsLeader = _raft.Role == Raft.Model.Role.Leader,
        IsLearner = !_raft.ConfState.IsVoter(_raft.Id) && _raft.ConfState.Contains(_raft.Id),
        IsSoleVoter = HoldsOffice && _raft.ConfState is { Voters.Count: 1, IsJoint: false },
        LeaderChanges = _leaderChanges,
        FailedProposals = _pending.Failed,
        FailedReads = _reads.Failed,
    };

    private void GiveUpOnTheLate()
    {
        GiveUpOnTheHeld();
        _pending.Sweep(_nowMs, _reasons);
        _reads.Sweep(_nowMs, EtcdError.Timeout);
    }
}
