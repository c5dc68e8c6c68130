namespace EtcdEdge.Raft.Progress;

/// <summary>
/// What a leader knows about one member's log. Invariants: Match &lt; Next; in <see cref="ProgressState.Replicate"/> everything in (Match, Next) is
/// in flight; in <see cref="ProgressState.Snapshot"/> Match &lt; PendingSnapshot.
/// </summary>
internal sealed class PeerProgress(ulong id, Inflights inflights)
{
    /// <summary>Whose progress it is.</summary>
    public ulong Id { get; } = id;

    /// <summary>Append messages on their way; used while replicating.</summary>
    public Inflights Inflights { get; } = inflights;

    /// <summary>The highest entry known to be durable there and equal to ours.</summary>
    public ulong Match { get; private set; }

    /// <summary>The next entry to send.</summary>
    public ulong Next { get; private set; }

    /// <summary>How the leader sends to it.</summary>
    public ProgressState State { get; private set; }

    /// <summary>The index of the snapshot that was sent to it; 0 outside of <see cref="ProgressState.Snapshot"/>.</summary>
    public ulong PendingSnapshot { get; private set; }

    /// <summary>Probe: the one append is out and unanswered.</summary>
    public bool ProbeSent { get; private set; }

    /// <summary>An append has to be sent even if it is empty: its response shows where the logs match.</summary>
    public bool EmptyAppendWanted { get; set; }

    /// <summary>The highest commit index sent to it.</summary>
    public ulong SentCommit { get; private set; }

    /// <summary>The leader's tick when a message last arrived from it.</summary>
    public ulong LastActiveTick { get; set; }

    /// <summary>The newest heartbeat round it answered.</summary>
    public ulong AckedRound { get; set; }

    /// <summary>A new term, or a new member: nothing is known, and it counts as active now.</summary>
    public void Reset(ulong next, ulong tick)
    {
        BecomeProbe(next);
        Match = 0;
        SentCommit = 0;
        AckedRound = 0;
        LastActiveTick = tick;
    }

    /// <summary>Restarts one after the known match; after a snapshot, one after the snapshot.</summary>
    public void BecomeProbe() => BecomeProbe(Math.Max(Match, PendingSnapshot) + 1);

    /// <summary>Starts over after a snapshot that did not arrive.</summary>
    public void AbandonSnapshot() => BecomeProbe(Match + 1);

    /// <summary>Pipelines from the first entry not known to match.</summary>
    public void BecomeReplicate()
    {
        BecomeProbe(Match + 1);
        EmptyAppendWanted = false;
        State = ProgressState.Replicate;
    }

    /// <summary>Waits for a snapshot.</summary>
    public void BecomeSnapshot(ulong index)
    {
        BecomeProbe(Next);
        State = ProgressState.Snapshot;
        PendingSnapshot = index;
    }

    /// <summary>Whether an append may go at all. A full pipeline lets empty ones pass: their answers recover it when the others were lost.</summary>
    public bool MaySend => State switch
    {
        ProgressState.Probe => !ProbeSent,
        ProgressState.Replicate => !Inflights.Full || EmptyAppendWanted,
        _ => false,
    };

    /// <summary>Whether an append may carry entries.</summary>
    public bool MaySendEntries => State == ProgressState.Probe || (State == ProgressState.Replicate && !Inflights.Full);

    /// <summary>Notes an append of <paramref name="count"/> entries and the commit index in it.</summary>
    public void Sent(int count, long bytes, ulong commit)
    {
        SentCommit = Math.Max(SentCommit, commit);
        EmptyAppendWanted = false;
        if (State == ProgressState.Replicate && count > 0)
        {
            Next += (ulong)count;
            Inflights.Add(Next - 1, bytes);
        }

        ProbeSent = State == ProgressState.Probe;
    }

    /// <summary>A commit index sent outside of an append.</summary>
    public void NoteCommitSent(ulong commit) => SentCommit = Math.Max(SentCommit, commit);

    /// <summary>Something came back: a probe may be repeated.</summary>
    public void ResumeProbe() => ProbeSent = false;

    /// <summary>Waits for the next answer before probing.</summary>
    public void HoldProbe() => ProbeSent = true;

    /// <summary>The follower's log matches up to <paramref name="index"/>. Returns whether that is news.</summary>
    public bool Acknowledge(ulong index)
    {
        if (index <= Match)
        {
            return false;
        }

        Match = index;
        Next = Math.Max(Next, index + 1);
        ProbeSent = false;
        return true;
    }

    /// <summary>
    /// The follower refused an append after <paramref name="rejected"/>; its log may match up to <paramref name="hint"/>.
    /// Returns false when the answer is stale: duplicated, reordered, or from before something that succeeded.
    /// </summary>
    public bool Refuse(ulong rejected, ulong hint)
    {
        if (State == ProgressState.Replicate)
        {
            if (rejected <= Match)
            {
                return false;
            }

            BecomeProbe();
            return true;
        }

        if (State == ProgressState.Snapshot || rejected != Next - 1)
        {
            return false;
        }

        Next = Math.Max(Math.Min(rejected, hint + 1), Match + 1);
        ProbeSent = false;
        return true;
    }

    private void BecomeProbe(ulong next)
    {
        State = ProgressState.Probe;
        PendingSnapshot = 0;
        ProbeSent = false;
        EmptyAppendWanted = true;
        Inflights.Clear();
        Next = next;
    }
}
