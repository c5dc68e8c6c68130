using EtcdEdge.Raft.Model;
using EtcdEdge.Raft.Progress;

namespace EtcdEdge.Raft;

/// <summary>Handing leadership over (thesis §3.10).</summary>
public sealed partial class RaftNode
{
    // Whom leadership is being handed to; 0 is nobody. Proposals are refused meanwhile, so that it can catch up.
    private ulong _transferee;

    // A TimeoutNow left in this term and may arrive at any time.
    private bool _leaseRevoked;

    /// <summary>
    /// Starts handing leadership to <paramref name="id"/>: it is brought up to date and told to campaign. Given up after an election timeout.
    /// Returns false when this member does not lead or <paramref name="id"/> is not another voter.
    /// </summary>
    public bool TransferLeadership(ulong id)
    {
        if (!IsLeader || id == Id || !_tracker.Quorum.Contains(id) || _tracker.Find(id) is not { } peer)
        {
            return false;
        }

        if (_transferee != id)
        {
            _transferee = id;
            _electionElapsed = 0;
            peer.EmptyAppendWanted = true;
            _sendWanted = true;
            HandOverIfCaughtUp(peer);
        }

        return true;
    }

    /// <summary>
    /// Starts handing leadership to the voter that takes it soonest: whose log reaches furthest, and of those who are level the one heard last, for
    /// the other may be gone. Returns it; 0 when this member does not lead, or leads nobody else who was heard within an election timeout.
    /// </summary>
    public ulong HandOver()
    {
        PeerProgress? next = null;
        foreach (var peer in IsLeader ? _tracker.Peers : [])
        {
            var isAble = peer.Id != Id && _tracker.Quorum.Contains(peer.Id) && _tick - peer.LastActiveTick < (ulong)_electionTicks;
            if (isAble && (next is null || (peer.Match, peer.LastActiveTick).CompareTo((next.Match, next.LastActiveTick)) > 0))
            {
                next = peer;
            }
        }

        return next is not null && TransferLeadership(next.Id) ? next.Id : 0;
    }

    private void HandOverIfCaughtUp(PeerProgress peer)
    {
        if (peer.Id == _transferee && peer.Match == _log.LastIndex)
        {
            SendTimeoutNow(peer.Id);
        }
    }

    private void SendTimeoutNow(ulong id)
    {
        _leaseRevoked = true;
        Send(new Message { Type = MessageType.TimeoutNow, From = Id, To = id, Term = Term });
    }
}
