using EtcdEdge.Base;
using EtcdEdge.Raft.Membership;
using EtcdEdge.Raft.Model;

namespace EtcdEdge.Raft;

/// <summary>Membership changes (thesis §4): proposing, applying, leaving joint configurations, a leader's own removal.</summary>
public sealed partial class RaftNode
{
    // The newest change in the log when it was proposed or inherited. Another one may follow only when this one is applied (thesis §4.1).
    private ulong _pendingConfIndex;

    private bool IsConfChangePending => _pendingConfIndex > _log.Applied && !_options.InjectedBug.HasFlag(InjectedBug.ManyChangesAtOnce);

    /// <summary>Appends a membership change if this member leads, no other is under way, and it makes sense for the present membership.</summary>
    public ProposeResult ProposeConfChange(ConfChange change)
    {
        if (!IsLeader)
        {
            return new ProposeResult(ProposeOutcome.NotLeader);
        }

        if (_transferee != 0)
        {
            return new ProposeResult(ProposeOutcome.TransferInProgress);
        }

        if (IsConfChangePending || (ConfState.IsJoint && !change.LeavesJoint))
        {
            return new ProposeResult(ProposeOutcome.ConfChangePending);
        }

        if (ConfChanger.TryApply(ConfState, change, out _) is not { } next)
        {
            return new ProposeResult(ProposeOutcome.ConfChangeInvalid);
        }

        _pendingConfIndex = AppendOwn(EntryType.ConfChange, change.Encode());
        if (_options.InjectedBug.HasFlag(InjectedBug.ChangeBeforeCommit))
        {
            _tracker.Switch(next, _log.LastIndex + 1, _tick);
        }

        return new ProposeResult(ProposeOutcome.Accepted, _pendingConfIndex, Term);
    }

    /// <summary>
    /// The caller applies an entry of type <see cref="EntryType.ConfChange"/>: the membership changes now. Returns it, to be stored with the
    /// applied index. A caller may skip the call, and so void the change, if every member decides the same for the same entry.
    /// </summary>
    public ConfState ApplyConfChange(ConfChange change)
    {
        var next = ConfChanger.TryApply(ConfState, change, out var complaint);
        Invariant.Require(next is not null, complaint ?? "a committed configuration change cannot be applied");
        _tracker.Switch(next, _log.LastIndex + 1, _tick);
        OnMembershipChanged();
        return next;
    }

    private void OnMembershipChanged()
    {
        if (IsLeader)
        {
            _transferee = _tracker.Quorum.Contains(_transferee) ? _transferee : 0;
            _sendWanted = true;
            MaybeCommit();
            AnswerConfirmedReads();
        }
        else if (Role != Role.Follower && !_tracker.Quorum.Contains(Id))
        {
            BecomeFollower(Term, 0);
        }
    }

    /// <summary>
    /// A leader that is no longer a voter steps down once that is committed (thesis §4.2.2). It first sends the commit index to the others and
    /// requests a member with the whole log to campaign, so that the cluster does not wait for an election timeout.
    /// </summary>
    private void Retire()
    {
        SendAppends();
        foreach (var peer in _tracker.Peers)
        {
            if (_tracker.Quorum.Contains(peer.Id) && peer.Match == _log.LastIndex)
            {
                SendTimeoutNow(peer.Id);
                break;
            }
        }

        BecomeFollower(Term, 0);
    }

    /// <summary>A leader leaves a joint configuration automatically when the change that entered it is applied (thesis §4.3).</summary>
    private void LeaveJointIfDue()
    {
        if (IsLeader && ConfState.AutoLeave && _pendingConfIndex <= _log.Applied)
        {
            _pendingConfIndex = AppendOwn(EntryType.ConfChange, new ConfChange().Encode());
        }
    }
}
