using EtcdEdge.Base;
using EtcdEdge.Raft.Log;
using EtcdEdge.Raft.Model;
using EtcdEdge.Raft.Progress;

namespace EtcdEdge.Raft;

/// <summary>
/// Every invariant of one member, checkable at any time between calls. Tests and the simulator call them after each step; what spans
/// members (election safety, log matching, …) is checked there. Throws <see cref="InvariantException"/>.
/// </summary>
public static class Invariants
{
    /// <summary>What must hold at any moment. Costs time in proportion to the members, not to the log.</summary>
    public static void Check(RaftNode node)
    {
        CheckLog(node.Log, node.Term);
        CheckRole(node);
        CheckMembership(node.Tracker);
        foreach (var peer in node.Tracker.Peers)
        {
            if (node.Role == Role.Leader && peer.Id != node.Id)
            {
                CheckProgress(peer, node.Log);
            }
        }
    }

    /// <summary>What must hold between two moments of one member's life without a restart.</summary>
    public static void CheckStep(in NodeView before, RaftNode node)
    {
        var (hard, now) = (before.Hard, NodeView.Of(node));
        Invariant.Require(now.Hard.Term >= hard.Term, "the term fell");
        Invariant.Require(now.Hard.Commit >= hard.Commit, "the commit index fell");
        Invariant.Require(now.Applied >= before.Applied, "the applied index fell");
        Invariant.Require(now.FirstIndex >= before.FirstIndex, "compacted entries came back");
        var committedTerm = node.TermAt(hard.Commit);
        Invariant.Require(committedTerm is null || committedTerm == before.CommittedTerm, "a committed entry was replaced");
        if (now.Hard.Term == hard.Term)
        {
            CheckSameTerm(before, now);
        }
    }

    /// <summary>The whole log, entry by entry; costs time in proportion to it.</summary>
    public static void CheckEntries(RaftNode node)
    {
        var term = node.TermAt(node.FirstIndex - 1) ?? 0;
        for (var index = node.FirstIndex; index <= node.LastIndex; index++)
        {
            var entry = node.EntryAt(index);
            Invariant.Require(entry.Index == index, "an entry stands in the wrong place");
            Invariant.Require(entry.Term >= term, "terms in the log fall");
            term = entry.Term;
        }
    }

    private static void CheckSameTerm(in NodeView before, in NodeView now)
    {
        Invariant.Require(before.Hard.Vote == 0 || now.Hard.Vote == before.Hard.Vote, "the vote changed within a term (Raft §5.2)");
        var bothKnown = before.Soft.Leader != 0 && now.Soft.Leader != 0;
        Invariant.Require(!bothKnown || now.Soft.Leader == before.Soft.Leader, "the leader changed within a term (Raft §5.2)");
        var leads = before.Soft.Role == Role.Leader && now.Soft.Role == Role.Leader;
        Invariant.Require(!leads || now.LastIndex >= before.LastIndex, "a leader shortened its own log (Raft §5.3)");
    }

    private static void CheckLog(RaftLog log, ulong term)
    {
        Invariant.Require(log.FirstIndex <= log.LastIndex + 1, "the log ends before it starts");
        Invariant.Require(log.FirstIndex - 1 <= log.Applied, "unapplied entries were compacted");
        Invariant.Require(log.Applied <= log.Delivered, "entries were applied before they were delivered");
        Invariant.Require(log.Delivered <= log.Committed, "entries were delivered before they were committed");
        Invariant.Require(log.Committed <= log.LastIndex, "the commit index lies beyond the log");
        Invariant.Require(log.FirstIndex - 1 <= log.Flushed, "unflushed entries were compacted");
        Invariant.Require(log.Flushed <= log.Persisting, "entries were flushed before they were handed out");
        Invariant.Require(log.Persisting <= log.LastIndex, "entries were handed out that are not in the log");
        Invariant.Require(log.LastTerm <= term, "the log holds an entry of a future term");
    }

    private static void CheckRole(RaftNode node)
    {
        if (node.Role is Role.Leader or Role.Candidate)
        {
            Invariant.Require(node.Vote == node.Id, "a candidate or leader did not vote for itself");
            Invariant.Require(node.Role == Role.Leader || node.Tracker.Quorum.Contains(node.Id), "a candidate has no vote itself");
        }

        if (node.Role == Role.Leader)
        {
            Invariant.Require(node.Leader == node.Id, "a leader does not know that it leads");
            Invariant.Require(node.LastIndex > 0 && node.Log.LastTerm == node.Term, "a leader has no entry of its own term (Raft §8)");
        }
        else
        {
            Invariant.Require(node.Leader != node.Id, "a member takes itself for the leader and is not");
        }
    }

    private static void CheckMembership(ProgressTracker tracker)
    {
        var config = tracker.Config;
        Invariant.Require(!config.AutoLeave || config.IsJoint, "a configuration is to be left that is not joint");
        foreach (var learner in config.Learners)
        {
            Invariant.Require(!config.IsVoter(learner), "a learner votes");
        }

        foreach (var learner in config.LearnersNext)
        {
            Invariant.Require(config.VotersOutgoing.Contains(learner), "a learner to be is no outgoing voter");
            Invariant.Require(!config.Voters.Contains(learner), "a learner to be votes in the half that stays");
        }

        ulong previous = 0;
        foreach (var peer in tracker.Peers)
        {
            Invariant.Require(peer.Id > previous, "members are not sorted");
            Invariant.Require(config.Contains(peer.Id), "progress is kept for a stranger");
            previous = peer.Id;
        }
    }

    private static void CheckProgress(PeerProgress peer, RaftLog log)
    {
        Invariant.Require(peer.Match < peer.Next, "progress: Match is not below Next");
        Invariant.Require(peer.Match <= log.LastIndex, "progress: Match lies beyond the log");
        Invariant.Require(peer.Next <= log.LastIndex + 1, "progress: Next lies beyond the log");
        Invariant.Require(peer.State == ProgressState.Replicate || peer.Inflights.Count == 0, "progress: in flight outside of replication");
        var waits = peer.State == ProgressState.Snapshot;
        Invariant.Require(waits == peer.PendingSnapshot > 0, "progress: a snapshot is awaited in the wrong state");
    }
}
