using EtcdEdge.Raft.Membership;
using EtcdEdge.Raft.Model;
using EtcdEdge.Raft.Tests.Harness;

namespace EtcdEdge.Raft.Tests.Fuzz;

/// <summary>
/// The promises that span members (Raft figure 3), checked against what the whole cluster ever did: election safety, leader completeness,
/// log matching, state machine safety, and that a read sees everything applied anywhere before it was asked.
/// </summary>
internal sealed class Checker
{
    private readonly Dictionary<ulong, ulong> _leaders = [];
    private readonly Dictionary<ulong, (Entry Entry, ulong SeenInTerm)> _history = [];
    private readonly Dictionary<ulong, ConfState> _confStates = [];
    private readonly Dictionary<ulong, ulong> _appliedTo = [];
    private readonly Dictionary<ulong, (ulong Member, ulong Floor)> _reads = [];
    private ulong _lastContext;

    /// <summary>The highest index applied anywhere.</summary>
    public ulong Applied { get; private set; }

    /// <summary>Reads that were confirmed.</summary>
    public int ReadsConfirmed { get; private set; }

    /// <summary>A member came up with its state machine as of <paramref name="index"/>.</summary>
    public void Started(ulong member, ulong index) => _appliedTo[member] = index;

    /// <summary>State machine safety: every member applies the same entries, in order, each once.</summary>
    public void OnApply(Member member, Entry entry)
    {
        Require(entry.Index == _appliedTo[member.Id] + 1, $"{member.Id} applied {entry.Index} after {_appliedTo[member.Id]}");
        _appliedTo[member.Id] = entry.Index;
        if (_history.TryGetValue(entry.Index, out var known))
        {
            Require(Same(known.Entry, entry), $"{member.Id} applied {Trace.Text(entry)} where another applied {Trace.Text(known.Entry)}");
        }
        else
        {
            _history[entry.Index] = (entry, member.Raft.Term);
            Applied = Math.Max(Applied, entry.Index);
        }

        if (entry.Type == EntryType.ConfChange)
        {
            var conf = member.Raft.ConfState;
            Require(_confStates.TryAdd(entry.Index, conf) || _confStates[entry.Index].Equals(conf), $"memberships differ at {entry.Index}");
        }
    }

    /// <summary>A read is about to be asked; returns its number.</summary>
    public ulong ReadAsked(ulong member)
    {
        _reads[++_lastContext] = (member, Applied);
        return _lastContext;
    }

    /// <summary>Linearizability of reads (thesis §6.4): nothing that was visible when it was asked may be missing.</summary>
    public void OnRead(Member member, ReadState read)
    {
        var (asker, floor) = _reads[read.Context];
        Require(asker == member.Id, $"{member.Id} got the answer to a read of {asker}");
        Require(read.Index >= floor, $"stale read at {member.Id}: confirmed at {read.Index} although {floor} was applied before it was asked");
        ReadsConfirmed++;
    }

    /// <summary>Election safety and leader completeness, whenever a member leads.</summary>
    public void OnStep(Member member)
    {
        var raft = member.Raft;
        if (raft.Role != Role.Leader || !_leaders.TryAdd(raft.Term, raft.Id))
        {
            Require(
                raft.Role != Role.Leader || _leaders[raft.Term] == raft.Id,
                $"{raft.Id} and {_leaders.GetValueOrDefault(raft.Term)} lead in {raft.Term}");
            return;
        }

        foreach (var (index, (entry, seenInTerm)) in _history)
        {
            var covered = seenInTerm >= raft.Term || index < raft.FirstIndex || raft.TermAt(index) == entry.Term;
            Require(covered, $"{raft.Id} leads in {raft.Term} without {Trace.Text(entry)}, applied in {seenInTerm}");
        }
    }

    /// <summary>Log matching: two logs that agree on an entry agree on all before it.</summary>
    public static void CheckLogs(IReadOnlyList<Member> members)
    {
        for (var i = 0; i < members.Count; i++)
        {
            Invariants.CheckEntries(members[i].Raft);
            for (var j = i + 1; j < members.Count; j++)
            {
                CheckMatch(members[i].Raft, members[j].Raft);
            }
        }
    }

    /// <summary>Throws <see cref="FuzzFailure"/> unless the promise holds.</summary>
    public static void Require(bool condition, string complaint)
    {
        if (!condition)
        {
            throw new FuzzFailure(complaint);
        }
    }

    private static void CheckMatch(RaftNode a, RaftNode b)
    {
        var agreed = false;
        for (var index = Math.Min(a.LastIndex, b.LastIndex); index >= Math.Max(a.FirstIndex, b.FirstIndex); index--)
        {
            agreed |= a.TermAt(index) == b.TermAt(index);
            Require(!agreed || Same(a.EntryAt(index), b.EntryAt(index)), $"logs of {a.Id} and {b.Id} differ at {index} below an entry they share");
        }
    }

    private static bool Same(Entry a, Entry b) =>
        a.Term == b.Term && a.Index == b.Index && a.Type == b.Type && a.Data.Span.SequenceEqual(b.Data.Span);
}
