using EtcdEdge.Raft;
using EtcdEdge.Raft.Membership;
using EtcdEdge.Raft.Model;
using EtcdEdge.Simulation.Members;

namespace EtcdEdge.Simulation.Checkers;

/// <summary>
/// What spans members (Raft figure 3): one leader per term, leaders hold everything applied before, everybody applies the same. What concerns one
/// member is <see cref="Invariants"/>.
/// </summary>
/// <param name="members">All boards.</param>
/// <param name="applied">Told of each entry when it is applied for the first time anywhere.</param>
internal sealed class RaftChecker(IReadOnlyList<Member> members, Action<Entry> applied)
{
    private readonly Dictionary<ulong, ulong> _leaders = [];
    private readonly List<(Entry Entry, ulong SeenInTerm)> _log = [default];

    /// <summary>Terms that had a leader.</summary>
    public int Elections => _leaders.Count;

    /// <summary>The highest index applied anywhere.</summary>
    public ulong Applied => (ulong)_log.Count - 1;

    /// <summary>What every founder writes and applies before it is anybody. A member that is alone keeps none of it in memory.</summary>
    public void Founded(IEnumerable<Entry> entries) => _log.AddRange(entries.Select(entry => (entry, entry.Term)));

    /// <summary>A process came up, with everything up to its applied index in its state.</summary>
    public void Started(Life life)
    {
        for (var index = life.Raft.FirstIndex; index <= life.Raft.AppliedIndex; index++)
        {
            OnApplied(life, index);
        }
    }

    public void Stepped(Life life, in NodeView before)
    {
        Invariants.Check(life.Raft);
        Invariants.CheckStep(before, life.Raft);
        for (var index = Math.Max(before.Applied + 1, Math.Min(Applied + 1, life.Raft.FirstIndex)); index <= life.Raft.AppliedIndex; index++)
        {
            OnApplied(life, index);
        }

        CheckStart(life);
        if (life.Raft.Role == Role.Leader && _leaders.TryAdd(life.Raft.Term, life.Raft.Id))
        {
            CheckComplete(life);
        }
        else if (life.Raft.Role == Role.Leader && _leaders[life.Raft.Term] != life.Raft.Id)
        {
            throw new SimulationFailure($"two members lead in term {life.Raft.Term} (election safety, Raft §5.2)");
        }
    }

    // Where the log begins behind a state or a checkpoint, what stands there must be what everybody applied.
    private void CheckStart(Life life)
    {
        var index = life.Raft.FirstIndex - 1;
        if (index > Applied || (index > 0 && _log[(int)index].Entry.Term != life.Raft.TermAt(index)))
        {
            throw new SimulationFailure($"m{life.Member.Number + 1} begins behind {index} of term {life.Raft.TermAt(index)}, which nobody applied");
        }
    }

    /// <summary>Log matching (Raft §5.3): two logs that agree on an entry agree on all before it.</summary>
    public static void CheckLogs(IReadOnlyList<Life> lives)
    {
        for (var i = 0; i < lives.Count; i++)
        {
            Invariants.CheckEntries(lives[i].Raft);
            for (var j = i + 1; j < lives.Count; j++)
            {
                CheckMatch(lives[i], lives[j]);
            }
        }
    }

    private void OnApplied(Life life, ulong index)
    {
        var entry = (index >= life.Raft.FirstIndex ? life.Raft : WhoKept(index)).EntryAt(index);
        if (index <= Applied)
        {
            if (!Same(_log[(int)index].Entry, entry))
            {
                throw new SimulationFailure($"m{life.Member.Number + 1} applied another entry at {index} (state machine safety, Raft §5.4)");
            }

            return;
        }

        if (index != Applied + 1)
        {
            throw new SimulationFailure($"m{life.Member.Number + 1} applied {index} before anybody applied {Applied + 1}");
        }

        _log.Add((entry, life.Raft.Term));
        CheckDurable(life, entry);
        applied(entry);
    }

    // A leader lets go of what everybody has in the very step that applies it.
    private RaftNode WhoKept(ulong index) =>
        members.Select(member => member.LastRaft).FirstOrDefault(raft => raft is not null && raft.FirstIndex <= index && index <= raft.FlushedIndex)
        ?? throw new SimulationFailure($"entry {index} was applied and let go of, and no other member has it");

    // Memberships count from when they are applied, so the one before the step or the one after it has decided.
    private void CheckDurable(Life life, in Entry entry)
    {
        var (index, term) = (entry.Index, entry.Term);
        var holders = members.Where(member => Holds(member.LastRaft, index, term)).Select(member => member.Id).ToHashSet();
        if (!IsQuorum(life.Raft.ConfState, holders) && !IsQuorum(life.LastConfState, holders))
        {
            throw new SimulationFailure($"m{life.Member.Number + 1} applied {index}, which only {holders.Count} members have flushed");
        }
    }

    private static bool Holds(RaftNode? raft, ulong index, ulong term) =>
        raft is not null && raft.FlushedIndex >= index && (raft.FirstIndex > index || raft.TermAt(index) == term);

    private static bool IsQuorum(ConfState membership, HashSet<ulong> holders) =>
        IsMajority(membership.Voters, holders) && (!membership.IsJoint || IsMajority(membership.VotersOutgoing, holders));

    // Nobody is asked where nobody votes: the founding entries make the first members.
    private static bool IsMajority(IReadOnlyList<ulong> voters, HashSet<ulong> holders) =>
        voters.Count == 0 || 2 * voters.Count(holders.Contains) > voters.Count;

    private void CheckComplete(Life life)
    {
        for (var index = life.Raft.FirstIndex; index <= Applied; index++)
        {
            var (entry, seenInTerm) = _log[(int)index];
            if (seenInTerm < life.Raft.Term && life.Raft.TermAt(index) != entry.Term)
            {
                throw new SimulationFailure(
                    $"m{life.Member.Number + 1} leads in term {life.Raft.Term} without entry {index}, applied in term {seenInTerm} "
                    + "(leader completeness, Raft §5.4)");
            }
        }
    }

    private static void CheckMatch(Life a, Life b)
    {
        var agreed = false;
        for (var index = Math.Min(a.Raft.LastIndex, b.Raft.LastIndex); index >= Math.Max(a.Raft.FirstIndex, b.Raft.FirstIndex); index--)
        {
            agreed |= a.Raft.TermAt(index) == b.Raft.TermAt(index);
            if (agreed && !Same(a.Raft.EntryAt(index), b.Raft.EntryAt(index)))
            {
                throw new SimulationFailure(
                    $"the logs of m{a.Member.Number + 1} and m{b.Member.Number + 1} differ at {index} below an entry they share");
            }
        }
    }

    private static bool Same(in Entry a, in Entry b) =>
        a.Term == b.Term && a.Index == b.Index && a.Type == b.Type && a.Data.Span.SequenceEqual(b.Data.Span);
}
