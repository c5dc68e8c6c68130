using EtcdEdge.Base;
using EtcdEdge.Raft.Model;
using EtcdEdge.Raft.Progress;

namespace EtcdEdge.Raft;

/// <summary>What the leader sends to bring the followers' logs up to its own, and what the caller reports about the way there.</summary>
public sealed partial class RaftNode
{
    // The last slice cut for an append: followers that are level share it.
    private ReadOnlyMemory<Entry> _slice;
    private ulong _sliceFirst;

    /// <summary>
    /// The snapshot for <paramref name="id"/> was installed (<paramref name="ok"/>) or could not be sent. Every intent must be reported.
    /// </summary>
    public void ReportSnapshot(ulong id, bool ok)
    {
        if (!IsLeader || _tracker.Find(id) is not { State: ProgressState.Snapshot } peer)
        {
            return;
        }

        if (ok)
        {
            peer.BecomeProbe();
        }
        else
        {
            peer.AbandonSnapshot();
        }

        // In both cases its response, or the next heartbeat's, resumes sending: after a failure that is the pause before the next attempt.
        peer.HoldProbe();
    }

    /// <summary>Messages to <paramref name="id"/> were lost: stop pipelining, find out what arrived.</summary>
    public void ReportUnreachable(ulong id)
    {
        if (IsLeader && _tracker.Find(id) is { State: ProgressState.Replicate } peer)
        {
            peer.BecomeProbe();
            _sendWanted = true;
        }
    }

    private void SendAppends()
    {
        _sendWanted = false;
        _slice = default;
        foreach (var peer in _tracker.Peers)
        {
            while (peer.Id != Id && peer.MaySend && TrySendAppend(peer))
            {
            }
        }

        _slice = default;
    }

    private bool TrySendAppend(PeerProgress peer)
    {
        var previous = peer.Next - 1;
        if (_log.Term(previous) is not { } previousTerm)
        {
            SendSnapshot(peer);
            return false;
        }

        var last = peer.MaySendEntries && previous < _log.LastIndex
            ? _log.EndOfMessage(peer.Next, _options.MaxEntryBytesPerMessage)
            : previous;
        if (last == previous && !peer.EmptyAppendWanted)
        {
            SendCommitIfLacking(peer);
            return false;
        }

        Send(new Message
        {
            Type = MessageType.Append,
            From = Id,
            To = peer.Id,
            Term = Term,
            Index = previous,
            LogTerm = previousTerm,
            Commit = _log.Committed,
            Entries = Slice(previous + 1, last),
        });
        peer.Sent((int)(last - previous), _log.BytesBetween(previous + 1, last), Math.Min(_log.Committed, last));
        return true;
    }

    // Nothing else is sent to this follower now: the commit index is sent alone, as a heartbeat without an answer.
    private void SendCommitIfLacking(PeerProgress peer)
    {
        if (peer.SentCommit < Math.Min(_log.Committed, peer.Match))
        {
            SendHeartbeat(peer, round: 0);
        }
    }

    private ReadOnlyMemory<Entry> Slice(ulong first, ulong last)
    {
        var count = (int)(last + 1 - first);
        if (count == 0)
        {
            return default;
        }

        if (_sliceFirst != first || _slice.Length != count)
        {
            _slice = _log.Copy(first, last);
            _sliceFirst = first;
        }

        return _slice;
    }

    /// <summary>
    /// The intent to send a snapshot. The caller may send a newer one than named here, with its own metadata. An inactive member gets none: it could
    /// not receive it.
    /// </summary>
    private void SendSnapshot(PeerProgress peer)
    {
        if (!IsRecentlyActive(peer))
        {
            return;
        }

        var term = _log.Term(_log.Applied);
        Invariant.Require(term is not null, "the applied entry's term is unknown");
        var snapshot = new SnapshotMetadata(_log.Applied, term.Value, _tracker.Config);
        peer.BecomeSnapshot(snapshot.Index);
        Send(new Message { Type = MessageType.Snapshot, From = Id, To = peer.Id, Term = Term, Snapshot = snapshot });
    }
}
