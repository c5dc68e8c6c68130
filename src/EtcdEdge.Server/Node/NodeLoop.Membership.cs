using EtcdEdge.Raft.Membership;
using EtcdEdge.Raft.Model;
using EtcdEdge.Snapshots.State;
using EtcdEdge.StateMachine.Cluster;
using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.Server.Node;

/// <content>Changes of the members, and of the leader: proposed by the leader alone, one at a time.</content>
internal sealed partial class NodeLoop
{
    /// <summary>Changes that wait until the one before them is applied, oldest first.</summary>
    private readonly Queue<(ulong Id, ReadOnlyMemory<byte> Change)> _changes = new();

    /// <summary>The membership that the peer transport has.</summary>
    private ClusterView _toldView;

    /// <summary>A removal was applied, and the commit index that covers it has not been written or flushed yet.</summary>
    private bool _removalUnwritten;
    private bool _removalUnflushed;

    /// <summary>By a control input: hands the leadership over. Whether it worked shows in the published status.</summary>
    public void TransferLeadership(ulong target) => _raft.TransferLeadership(target);

    /// <summary>By a control input: transfers the leadership to the most suitable voter and returns it; 0 when there is none.</summary>
    public ulong HandOver() => _raft.HandOver();

    private void Reconfigure(Proposal proposal)
    {
        if (_raft.Role != Raft.Model.Role.Leader)
        {
            _pending.Refuse(proposal, EtcdError.NotLeader);
            return;
        }

        _pending.Add(proposal, _nowMs);
        _changes.Enqueue((proposal.Id, proposal.Entry));
    }

    private void ProposeChanges()
    {
        while (_changes.TryPeek(out var next) && IsSettled(next.Id, next.Change))
        {
            _changes.Dequeue();
        }
    }

    /// <summary>False when the change has to wait for the one before it.</summary>
    private bool IsSettled(ulong id, ReadOnlyMemory<byte> encoded)
    {
        if (!_pending.IsWaiting(id))
        {
            return true;
        }

        if (_raft.Role != Raft.Model.Role.Leader)
        {
            _pending.Refuse(id, EtcdError.NotLeader);
            return true;
        }

        var status = _raft.GetStatus();
        if (status.ConfChangePending || status.IsJoint || status.Transferee != 0)
        {
            return false;
        }

        var change = MembershipChange.Decode(encoded.Span);
        var error = _parts.Gate.Check(change, _parts.State.Cluster.View, status);
        if (error == EtcdError.None && !_raft.ProposeConfChange(ConfChangeOf(change, encoded)).Accepted)
        {
            // Raft's own refusal at this point: no voter would be left.
            error = EtcdError.MemberNotEnoughStarted;
        }

        if (error != EtcdError.None)
        {
            _pending.Refuse(id, error);
        }

        return true;
    }

    private void ApplyMembershipChange(in Entry entry)
    {
        var applied = MembershipEntry.Apply(_parts.State.Applier, entry);
        if (applied.Counts)
        {
            KeepRemoval(applied.Membership);
            TellPeers();
            _raft.ApplyConfChange(applied.Change);
        }

        if (applied.Membership is { } membership)
        {
            _pending.Applied(membership.RequestId, applied.Result);
            if (applied.Counts && membership.Kind == MembershipChangeKind.Remove && membership.Member.Id == _raft.Id)
            {
                _parts.Removed();
            }
        }
    }

    /// <summary>
    /// A removed member stops as soon as another one reports the removal, and its vote in the old membership is lost with it. The reporting member
    /// must therefore not forget the new membership in a crash: the commit index of a removal is flushed before it is reported.
    /// </summary>
    private void KeepRemoval(MembershipChange? change)
    {
        if (change is { Kind: MembershipChangeKind.Remove })
        {
            _wal.AppendCommit(_hardState);
            _removalUnwritten = true;
        }
    }

    private void TellPeers()
    {
        var view = _parts.State.Cluster.View;
        if (_removalUnwritten || _removalUnflushed)
        {
            view = view with { Removed = _toldView.Removed };
        }

        if (view != _toldView)
        {
            _toldView = view;
            _parts.Peers.SetMembers(view);
        }
    }

    private ConfChange ConfChangeOf(MembershipChange change, ReadOnlyMemory<byte> encoded)
    {
        var type = change.Kind switch
        {
            MembershipChangeKind.Remove => ConfChangeType.Remove,
            MembershipChangeKind.Promote => ConfChangeType.AddVoter,
            MembershipChangeKind.Add => change.Member.IsLearner ? ConfChangeType.AddLearner : ConfChangeType.AddVoter,
            // New URLs change nothing for Raft: the member is added as what it is.
            _ => _raft.ConfState.IsVoter(change.Member.Id) ? ConfChangeType.AddVoter : ConfChangeType.AddLearner,
        };
        return ConfChange.Of(type, change.Member.Id) with { Context = encoded };
    }
}
