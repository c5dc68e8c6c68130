using System.Buffers;
using EtcdEdge.Raft;
using EtcdEdge.Raft.Model;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Requests;
using Google.Protobuf;

namespace EtcdEdge.Server.Node;

/// <content>From requests to entries: taken, forwarded to the leader, or held while there is no leader or no room in the log.</content>
internal sealed partial class NodeLoop
{
    /// <summary>
    /// Requests that could not be taken yet, oldest first: they wait as in etcd, whose raft node takes no proposal without a leader.
    /// </summary>
    private readonly List<(ulong Id, ReadOnlyMemory<byte> Entry)> _held = [];

    /// <summary>
    /// The same for requests forwarded by other members while this member leads and its log is full; no other member would accept them.
    /// </summary>
    private readonly Queue<(byte[] Entry, long DeadlineMs)> _heldForOthers = new();
    private long _heldForOthersBytes;
    private bool _isRoomScarce;

    private enum Offered
    {
        /// <summary>It is in the log, or has been forwarded to the leader.</summary>
        Taken,

        /// <summary>Raft has too much in hand.</summary>
        Refused,

        /// <summary>There is no leader, it hands over, or its log is full.</summary>
        MustWait,
    }

    private bool Leads => _raft.Role == Raft.Model.Role.Leader;

    private void Propose(Proposal proposal)
    {
        var offered = MustQueue(proposal.Entry) ? Offered.MustWait : Offer(proposal.Entry);
        if (offered == Offered.Refused)
        {
            _pending.Refuse(proposal, EtcdError.TooManyRequests);
            return;
        }

        _pending.Add(proposal, _nowMs);
        if (offered == Offered.MustWait)
        {
            _held.Add((proposal.Id, proposal.Entry));
        }
    }

    private void ProposeForOther(byte[] entry)
    {
        if (!Leads)
        {
            return;
        }

        if (_heldForOthers.Count == 0 && !MustQueue(entry) && HasRoomFor(entry))
        {
            _raft.Propose(entry);
        }
        else if (_heldForOthers.Count < NodeLimits.HeldForOthers && _heldForOthersBytes + entry.Length <= NodeLimits.MaxPendingProposalBytes)
        {
            _heldForOthersBytes += entry.Length;
            _heldForOthers.Enqueue((entry, _nowMs + _pending.TimeoutMs));
        }
    }

    // In order of arrival; requests that release room pass those that wait for it.
    private bool MustQueue(ReadOnlyMemory<byte> entry) => _held.Count > 0 && !IsUrgent(entry);

    /// <summary>To this member's own log if it leads, else to the leader. A forwarded entry is never sent twice: it may have arrived.</summary>
    private Offered Offer(ReadOnlyMemory<byte> entry)
    {
        if (Leads)
        {
            return !HasRoomFor(entry) ? Offered.MustWait : _raft.Propose(entry).Outcome switch
            {
                ProposeOutcome.Accepted => Offered.Taken,
                ProposeOutcome.TooManyUncommitted => Offered.Refused,
                _ => Offered.MustWait,
            };
        }

        if (_raft.Leader == 0)
        {
            return Offered.MustWait;
        }

        _parts.Peers.Forward(_raft.Leader, entry);
        return Offered.Taken;
    }

    private bool HasRoomFor(ReadOnlyMemory<byte> entry) =>
        _parts.Room.TryTake(entry.Length, isUrgent: false) || (IsUrgent(entry) && _parts.Room.TryTake(entry.Length, isUrgent: true));

    // Requests that release room, report its lack, or that the members agree on; all small and rare.
    private static bool IsUrgent(ReadOnlyMemory<byte> entry) => EntryCodec.Parse(entry).Kind.IsUrgent();

    /// <summary>
    /// A follower whose log is full takes no entries until a checkpoint has made room. Dropped messages are nothing new to Raft: the leader sends
    /// them again, or a state when its own log has moved on.
    /// </summary>
    private bool HasRoomFor(Message message)
    {
        if (message.Type != MessageType.Append || message.Entries.IsEmpty)
        {
            return true;
        }

        long bytes = 0;
        foreach (ref readonly var entry in message.Entries.Span)
        {
            bytes += entry.Data.Length + NodeLimits.LogBytesPerEntry;
        }

        return _parts.Room.TryTake(bytes, isUrgent: true);
    }

    private void OfferHeld()
    {
        LookAtRoom();
        if (_held.Count > 0 && _raft.Leader != 0)
        {
            var kept = 0;
            for (var i = 0; i < _held.Count; i++)
            {
                // All requests after one that waits for room wait too, or small ones would pass large ones forever.
                if (_pending.IsWaiting(_held[i].Id) && (kept > 0 || Offer(_held[i].Entry) != Offered.Taken))
                {
                    _held[kept++] = _held[i];
                }
            }

            _held.RemoveRange(kept, _held.Count - kept);
        }

        OfferHeldForOthers();
    }

    private void OfferHeldForOthers()
    {
        while (_heldForOthers.TryPeek(out var next))
        {
            var isOver = !Leads || next.DeadlineMs <= _nowMs;
            if (!isOver && !HasRoomFor(next.Entry))
            {
                return;
            }

            _heldForOthers.Dequeue();
            _heldForOthersBytes -= next.Entry.Length;
            if (!isOver)
            {
                _raft.Propose(next.Entry);
            }
        }
    }

    private void GiveUpOnTheHeld()
    {
        var reason = Leads ? EtcdError.TooManyRequests : EtcdError.TimeoutWithoutLeader;
        var late = 0;
        while (late < _held.Count && _pending.TryGiveUp(_held[late].Id, _nowMs, reason))
        {
            late++;
        }

        _held.RemoveRange(0, late);
    }

    private void LookAtRoom()
    {
        var isScarce = _parts.Room.IsScarce;
        if (isScarce && !_isRoomScarce)
        {
            _parts.RoomIsScarce();
        }

        _isRoomScarce = isScarce;
    }

    /// <summary>A request of the node itself, without a waiter. A follower has one too: the alarm that its disk is full.</summary>
    private bool ProposeOwn(RequestKind kind, IMessage request) =>
        Offer(EntryCodec.Encode(
            _ids.Next(), kind, new ReadOnlySequence<byte>(request.ToByteArray()), _parts.State.Auth.View.Root)) == Offered.Taken;
}
