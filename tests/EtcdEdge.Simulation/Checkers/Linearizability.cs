namespace EtcdEdge.Simulation.Checkers;

/// <summary>
/// Looks for an order of the operations that a sequential etcd could have run and that respects real time (Herlihy and Wing 1990; the search
/// with a memory of dead ends is Wing and Gong's, with Lowe's cache). Answers carry revisions, which prunes nearly everything: where an
/// answered write is known to have made the next revision, nothing else may make it.
/// </summary>
internal sealed class Linearizability
{
    private readonly List<Operation> _operations;
    private readonly Func<Operation, long, bool> _mayHaveMade;
    private readonly HashSet<long> _madeRevisions = [];
    private readonly HashSet<(BitString Done, KvState State)> _deadEnds = [];
    private readonly BitString _done;
    private readonly int _answered;
    private int _firstOpen;

    private Linearizability(List<Operation> operations, Func<Operation, long, bool> mayHaveMade)
    {
        _mayHaveMade = mayHaveMade;
        _operations = operations;
        _operations.Sort(static (a, b) => (a.InvokedUs, a.Id).CompareTo((b.InvokedUs, b.Id)));
        _done = new BitString(operations.Count);
        foreach (var operation in operations)
        {
            _answered += operation.Outcome is null ? 0 : 1;
            if (operation.Wrote && !_madeRevisions.Add(operation.Outcome!.Revision))
            {
                throw new SimulationFailure($"two writes were answered with revision {operation.Outcome.Revision}: {operation}");
            }
        }
    }

    /// <summary>True when an order was found, null when the search gave up; throws when there is none.</summary>
    /// <param name="operations">The history.</param>
    /// <param name="keys">How many keys there are.</param>
    /// <param name="mayHaveMade">
    /// Whether an operation without an answer can be what made a revision, going by what was published; where nobody knows, true.
    /// </param>
    public static bool? Check(IEnumerable<Operation> operations, int keys, Func<Operation, long, bool> mayHaveMade)
    {
        var search = new Linearizability([.. operations.Where(operation => !operation.IsVoid)], mayHaveMade);
        return search.Run(new KvState(keys));
    }

    private bool? Run(KvState start)
    {
        // A frame per operation in the order so far: the state before it, which operation it is, and where to look on.
        var path = new List<(KvState State, int Operation)>();
        var state = start;
        int next = 0, answered = 0, deepest = -1;
        string stuck = "";
        for (int steps = 0; steps < Limits.SearchStepsMax; steps++)
        {
            if (answered == _answered)
            {
                return true;
            }
            if (TryAdvance(state, next, out int chosen, out var after))
            {
                path.Add((state, chosen));
                _done.Set(chosen, true);
                answered += _operations[chosen].Outcome is null ? 0 : 1;
                (state, next) = (after, 0);
                continue;
            }
            if (answered > deepest)
            {
                (deepest, stuck) = (answered, Describe(state));
            }
            if (path.Count == 0)
            {
                throw new SimulationFailure($"not linearizable: {deepest} of {_answered} answered operations fit, then\n{stuck}");
            }
            var (before, last) = path[^1];
            path.RemoveAt(path.Count - 1);
            _done.Set(last, false);
            _firstOpen = Math.Min(_firstOpen, last);
            answered -= _operations[last].Outcome is null ? 0 : 1;
            (state, next) = (before, last + 1);
        }
        return null;
    }

    /// <summary>The first operation from <paramref name="from"/> on that may come next and does not lead into a known dead end.</summary>
    private bool TryAdvance(KvState state, int from, out int chosen, out KvState after)
    {
        long horizon = Horizon();
        for (chosen = Math.Max(from, _firstOpen); chosen < _operations.Count && _operations[chosen].InvokedUs <= horizon; chosen++)
        {
            if (_done[chosen] || !MayCome(state, _operations[chosen], out after))
            {
                continue;
            }
            _done.Set(chosen, true);
            var isNew = _deadEnds.Add((_done.Copy(), after));
            _done.Set(chosen, false);
            if (isNew)
            {
                return true;
            }
        }
        after = state;
        return false;
    }

    private bool MayCome(KvState state, Operation operation, out KvState after)
    {
        after = state.After(operation)!;
        if (after is null || operation.Outcome is not null)
        {
            return after is not null;
        }
        // An unanswered operation without effect is as good as one that never happened.
        if (after.Revision == state.Revision)
        {
            return !ReferenceEquals(after, state);
        }
        return !_madeRevisions.Contains(after.Revision) && _mayHaveMade(operation, after.Revision);
    }

    /// <summary>No operation may come before one that had returned when it was invoked.</summary>
    private long Horizon()
    {
        while (_firstOpen < _operations.Count && _done[_firstOpen])
        {
            _firstOpen++;
        }
        long horizon = Operation.Never;
        for (int i = _firstOpen; i < _operations.Count && _operations[i].InvokedUs <= horizon; i++)
        {
            if (!_done[i])
            {
                horizon = Math.Min(horizon, _operations[i].ReturnedUs);
            }
        }
        return horizon;
    }

    private string Describe(KvState state)
    {
        long horizon = Horizon();
        var waiting = _operations.Where((operation, i) => !_done[i] && operation.InvokedUs <= horizon).Take(12);
        return $"  at {state}\n  " + string.Join("\n  ", waiting);
    }
}
