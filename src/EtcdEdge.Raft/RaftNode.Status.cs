using EtcdEdge.Raft.Log;
using EtcdEdge.Raft.Progress;

namespace EtcdEdge.Raft;

/// <summary>What others may see.</summary>
public sealed partial class RaftNode
{
    /// <summary>The log, for the invariants.</summary>
    internal RaftLog Log => _log;

    /// <summary>The members' progress, for the invariants.</summary>
    internal ProgressTracker Tracker => _tracker;

    /// <summary>A picture of now. Allocates; meant for status calls and metrics, not for every step.</summary>
    public Status GetStatus() => new()
    {
        Id = Id,
        HardState = CurrentHard(),
        SoftState = CurrentSoft(),
        Applied = _log.Applied,
        Flushed = _log.Flushed,
        FirstIndex = _log.FirstIndex,
        LastIndex = _log.LastIndex,
        ConfState = ConfState,
        Transferee = _transferee,
        ConfChangePending = IsLeader && IsConfChangePending,
        Peers = IsLeader ? PeerStatuses() : [],
    };

    /// <summary>
    /// The oldest entry that an active member still lacks, counted from after the snapshot that is being sent to it: a leader that drops older ones
    /// causes no (further) snapshot. One more than the newest entry when no member lacks any, or this member does not lead.
    /// </summary>
    public ulong OldestNeededIndex
    {
        get
        {
            var oldest = LastIndex + 1;
            foreach (var peer in IsLeader ? _tracker.Peers : [])
            {
                var needed = Math.Max(peer.Match, peer.PendingSnapshot) + 1;
                if (peer.Id != Id && needed >= FirstIndex && IsRecentlyActive(peer))
                {
                    oldest = Math.Min(oldest, needed);
                }
            }

            return oldest;
        }
    }

    private PeerStatus[] PeerStatuses()
    {
        var peers = _tracker.Peers;
        var statuses = new PeerStatus[peers.Length];
        for (var i = 0; i < peers.Length; i++)
        {
            statuses[i] = peers[i].Id == Id ? OwnStatus() : StatusOf(peers[i]);
        }

        return statuses;
    }

    private PeerStatus OwnStatus() =>
        new(Id, _log.Flushed, _log.LastIndex + 1, ProgressState.Replicate, IsLearner: false, RecentlyActive: true, 0, 0, 0);

    private PeerStatus StatusOf(PeerProgress peer) => new(
        peer.Id,
        peer.Match,
        peer.Next,
        peer.State,
        !_tracker.Quorum.Contains(peer.Id),
        IsRecentlyActive(peer),
        peer.Inflights.Count,
        peer.Inflights.Bytes,
        peer.PendingSnapshot);

    private bool IsRecentlyActive(PeerProgress peer) => _tick - peer.LastActiveTick < (ulong)_electionTicks;
}
