using EtcdEdge.Raft.Model;
using EtcdEdge.Raft.Progress;

namespace EtcdEdge.Raft;

/// <summary>Handing leadership over (thesis §3.10).</summary>
public sealed partial class RaftNode
{
    // The target of a leadership transfer; 0 is none. Proposals are refused meanwhile, so that it can catch up.
    private ulong _transferee;

    // A TimeoutNow left in this term and may arrive at any time.
    private bool _leaseRevoked;

    /// <summary>
    /// Starts the transfer of the leadership to <paramref name="id"/>: its log is completed and it is requested to campaign. Aborted after an
    /// election timeout. Returns false when this member does not lead or <paramref name="id"/> is not another voter.
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
    /// Starts the transfer of the leadership to the most suitable voter: the one with the longest log, and among equals the most recently active one,
    /// for another may be down. Returns it; 0 when this member does not lead, or no other voter was active within an election timeout.
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
