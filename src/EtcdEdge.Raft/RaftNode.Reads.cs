using EtcdEdge.Raft.Model;
using EtcdEdge.Raft.Quorum;
using EtcdEdge.Raft.Reads;

namespace EtcdEdge.Raft;

/// <summary>Linearizable reads without a log entry (thesis §6.4): ReadIndex, batched by heartbeat rounds, and leases.</summary>
public sealed partial class RaftNode
{
    private readonly HeartbeatRounds _rounds = new();
    private readonly Queue<PendingRead> _reads = new();
    private readonly List<PendingRead> _earlyReads = [];
    private readonly List<ReadState> _readStates = [];

    /// <summary>
    /// Asks from which index on a read is linearizable; the answer comes in <see cref="Ready.ReadStates"/> with the same
    /// <paramref name="context"/>. On a follower the question goes to the leader; it, or the answer, can be lost: the caller asks again
    /// with a new number. Returns false when no leader is known.
    /// </summary>
    public bool ReadIndex(ulong context)
    {
        if (IsLeader)
        {
            return TakeRead(Id, context);
        }

        if (Leader == 0)
        {
            return false;
        }

        Send(new Message { Type = MessageType.ReadIndex, From = Id, To = Leader, Context = context });
        return true;
    }

    /// <summary>Reads carry no term: a response is valid whenever it arrives, and a leader confirms its leadership for each request.</summary>
    private void StepRead(Message message)
    {
        if (message.Type == MessageType.ReadIndexResponse)
        {
            _readStates.Add(new ReadState(message.Context, message.Index));
        }
        else if (IsLeader)
        {
            TakeRead(message.From, message.Context);
        }
    }

    private bool TakeRead(ulong from, ulong context)
    {
        if (_reads.Count + _earlyReads.Count >= RaftLimits.PendingReads)
        {
            return false;
        }

        if (!HasCommittedInTerm())
        {
            // Before its first commit a leader may not know of entries its predecessor committed (thesis §6.4 step 1).
            _earlyReads.Add(new PendingRead(from, context, 0, 0));
        }
        else if (IsConfirmedBy(from) || HoldsLease() || _options.InjectedBug.HasFlag(InjectedBug.ReadWithoutQuorum))
        {
            AnswerRead(from, context, _log.Committed);
        }
        else
        {
            _reads.Enqueue(new PendingRead(from, context, _log.Committed, _rounds.Current + 1));
        }

        return true;
    }

    /// <summary>
    /// Whether the request itself is the confirmation, because this member and the requesting one are a quorum. A member sends the request to the
    /// leader it follows in its term, so at that moment it was in no later term than this one: it confirms what a heartbeat response would, for
    /// exactly the moment that counts. No later leader can have been elected before that moment without one of the two, so everything acknowledged by
    /// then is committed here.
    /// </summary>
    private bool IsConfirmedBy(ulong asker) => _tracker.Quorum.CommittedIndex(new SelfAndAsker(Id, asker)) > 0;

    private void StartEarlyReads()
    {
        foreach (var read in _earlyReads)
        {
            _reads.Enqueue(read with { Index = _log.Committed, Round = _rounds.Current + 1 });
        }

        _earlyReads.Clear();
        AnswerConfirmedReads();
    }

    /// <summary>
    /// Whether reads wait for a round that has not been sent while none is in flight. One round at a time: reads that arrive meanwhile share the
    /// next, and when a round is lost the next tick's heartbeat replaces it.
    /// </summary>
    private bool NeedsReadRound() => _reads.TryPeek(out var oldest) && oldest.Round > _rounds.Current;

    private void AnswerConfirmedReads()
    {
        if (_reads.Count == 0)
        {
            return;
        }

        var acked = _tracker.Quorum.IsOnly(Id) ? ulong.MaxValue : _tracker.Quorum.CommittedIndex(new AckedRounds(this));
        while (_reads.TryPeek(out var read) && read.Round <= acked)
        {
            _reads.Dequeue();
            AnswerRead(read.From, read.Context, read.Index);
        }
    }

    private void AnswerRead(ulong to, ulong context, ulong index)
    {
        if (to == Id)
        {
            _readStates.Add(new ReadState(context, index));
        }
        else
        {
            Send(new Message { Type = MessageType.ReadIndexResponse, From = Id, To = to, Context = context, Index = index });
        }
    }

    /// <summary>
    /// Whether no other leader can have been elected: a quorum answered a round that was sent so recently that it still refuses votes. The margin is
    /// a tick at either end, because ticks are counted and not measured, and a tenth for clocks that drift. A leadership transfer ends the lease for
    /// the rest of the term: its target may campaign at any time, and voters allow it.
    /// </summary>
    private bool HoldsLease()
    {
        if (_options.ReadOnly != ReadOnlyOption.LeaseBased || _leaseRevoked)
        {
            return false;
        }

        var sent = _rounds.SentTick(_tracker.Quorum.CommittedIndex(new AckedRounds(this)));
        return sent is { } tick && _tick - tick + 2 + (ulong)_electionTicks / 10 <= (ulong)_electionTicks;
    }

    private readonly struct AckedRounds(RaftNode node) : IAckedIndex
    {
        public ulong Acked(ulong voter) => voter == node.Id ? node._rounds.Current : node._tracker.Find(voter)?.AckedRound ?? 0;
    }

    private readonly struct SelfAndAsker(ulong self, ulong asker) : IAckedIndex
    {
        public ulong Acked(ulong voter) => voter == self || voter == asker ? 1UL : 0;
    }
}
