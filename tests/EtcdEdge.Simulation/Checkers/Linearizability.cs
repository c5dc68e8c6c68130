using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.Simulation.Checkers;

/// <summary>
/// Looks for an order of the operations that a sequential etcd could have run and that respects real time (Herlihy and Wing 1990; the search
/// with a memory of dead ends is Wing and Gong's, with Lowe's cache). Revisions order all writes, and answers carry them, so that there is hardly
/// anything to search: who made the next revision is known from its own answer, or from the value that was published; and what changes nothing, or
/// only grants a lease, may as well come as soon as it fits, for that takes no possibility from anything else. Left to guess is who made a revision
/// that nobody was answered about and nobody saw.
/// </summary>
internal sealed class Linearizability
{
    private readonly List<Operation> _operations;
    private readonly Func<Operation, long, bool> _mayHaveMade;
    private readonly HashSet<long> _madeRevisions = [];
    private readonly HashSet<long> _missedLeases = [];
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

            if (operation.Outcome is { Error: EtcdError.LeaseNotFound })
            {
                _missedLeases.Add(operation.Lease);
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
        // A frame per operation in the order so far: the state before it, which operation it is, and whether another one could have come there.
        var path = new List<(KvState State, int Operation, bool IsChoice)>();
        var state = start;
        int next = 0, answered = 0, deepest = -1;
        var stuck = "";
        for (var steps = 0; steps < Limits.SearchStepsMax; steps++)
        {
            if (answered == _answered)
            {
                return true;
            }

            var isHarmless = TryTakeHarmless(state, next, out var chosen, out var after);
            if (isHarmless || TryChoose(state, next, out chosen, out after))
            {
                path.Add((state, chosen, !isHarmless));
                _done.Set(chosen, true);
                answered += _operations[chosen].Outcome is null ? 0 : 1;
                (state, next) = (after, 0);
                continue;
            }

            if (answered > deepest)
            {
                (deepest, stuck) = (answered, Describe(state));
            }

            for (var isChoice = false; !isChoice;)
            {
                if (path.Count == 0)
                {
                    throw new SimulationFailure($"not linearizable: {deepest} of {_answered} answered operations fit, then\n{stuck}");
                }

                (state, chosen, isChoice) = path[^1];
                path.RemoveAt(path.Count - 1);
                _done.Set(chosen, false);
                _firstOpen = Math.Min(_firstOpen, chosen);
                answered -= _operations[chosen].Outcome is null ? 0 : 1;
                next = chosen + 1;
            }
        }

        return null;
    }

    /// <summary>
    /// An answered operation that fits here and forbids nothing later: it leaves the state as it is, or grants a lease that nobody missed.
    /// </summary>
    private bool TryTakeHarmless(KvState state, int from, out int chosen, out KvState after)
    {
        // Where a choice is taken back there is nothing harmless left: it would have come first.
        var horizon = from > 0 ? -1 : Horizon();
        for (chosen = _firstOpen; chosen < _operations.Count && _operations[chosen].InvokedUs <= horizon; chosen++)
        {
            var operation = _operations[chosen];
            if (_done[chosen] || operation.Outcome is null || operation.Wrote)
            {
                continue;
            }

            after = state.After(operation)!;
            if (after is not null
                && (ReferenceEquals(after, state) || (operation.Kind == OperationKind.Grant && !_missedLeases.Contains(operation.Lease))))
            {
                return true;
            }
        }

        after = state;
        return false;
    }

    /// <summary>The first operation from <paramref name="from"/> on that may come next and does not lead into a known dead end.</summary>
    private bool TryChoose(KvState state, int from, out int chosen, out KvState after)
    {
        var horizon = Horizon();
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

        if (after.Revision == state.Revision)
        {
            // An unanswered operation that nobody can have noticed is as good as one that never happened.
            return !ReferenceEquals(after, state) && _missedLeases.Contains(operation.Lease);
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

        var horizon = Operation.Never;
        for (var i = _firstOpen; i < _operations.Count && _operations[i].InvokedUs <= horizon; i++)
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
        var horizon = Horizon();
        var waiting = _operations.Where((operation, i) => !_done[i] && operation.InvokedUs <= horizon).Take(12);
        return $"  at {state}\n  " + string.Join("\n  ", waiting);
    }
}
