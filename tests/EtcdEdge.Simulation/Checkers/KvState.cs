using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.Simulation.Checkers;

/// <summary>A sequential etcd, as small as the promise: a handful of keys, leases, and the revision. Immutable, compared by content.</summary>
internal sealed class KvState : IEquatable<KvState>
{
    private readonly Cell[] _cells;
    private readonly long[] _leases;
    private readonly int _hash;

    public KvState(int keys)
        : this(new Cell[keys], [], 1)
    {
    }

    private KvState(Cell[] cells, long[] leases, long revision)
    {
        (_cells, _leases, Revision) = (cells, leases, revision);
        var hash = revision;
        foreach (var cell in cells)
        {
            hash = (hash * 1_000_003) ^ cell.Value ^ (cell.ModRevision << 20);
        }

        foreach (var lease in leases)
        {
            hash = (hash * 1_000_003) ^ lease;
        }

        _hash = (int)(hash ^ (hash >> 32));
    }

    public long Revision { get; }

    /// <summary>
    /// The state after the operation, or null when its answer could not have been given here. An operation without an answer takes whatever
    /// effect it has here; this same instance says that it has none.
    /// </summary>
    public KvState? After(Operation operation)
    {
        var (next, outcome) = Run(operation);
        return operation.Outcome is { } answer && !Agrees(answer, outcome) ? null : next;
    }

    public bool Equals(KvState? other) =>
        other is not null && Revision == other.Revision && _cells.AsSpan().SequenceEqual(other._cells)
        && _leases.AsSpan().SequenceEqual(other._leases);

    public override bool Equals(object? obj) => Equals(obj as KvState);

    public override int GetHashCode() => _hash;

    public override string ToString() =>
        $"revision {Revision}: {string.Join(' ', _cells.Select((cell, i) => $"{i}=[{cell.Value}@{cell.ModRevision}]"))}";

    private static bool Agrees(Outcome answer, Outcome expected) =>
        answer.Error == expected.Error && answer.Revision == expected.Revision && answer.Deleted == expected.Deleted
        && answer.Succeeded == expected.Succeeded && answer.Cells.AsSpan().SequenceEqual(expected.Cells);

    private (KvState Next, Outcome Outcome) Run(Operation operation) => operation.Kind switch
    {
        OperationKind.Put => Put(operation),
        OperationKind.Delete => Delete(operation),
        OperationKind.CompareAndPut or OperationKind.CompareAndDelete => Compare(operation),
        OperationKind.Range => (this, new Outcome { Revision = Revision, Cells = Read(operation.Key) }),
        OperationKind.Grant => Grant(operation),
        _ => Revoke(operation),
    };

    private (KvState, Outcome) Put(Operation operation)
    {
        if (operation.Lease != 0 && !_leases.Contains(operation.Lease))
        {
            return Refuse(EtcdError.LeaseNotFound);
        }

        var cells = Copy();
        Write(cells, operation.Key, operation);
        return Done(cells, new Outcome { Revision = Revision + 1 });
    }

    private (KvState, Outcome) Delete(Operation operation)
    {
        if (!_cells[operation.Key].Exists)
        {
            return (this, new Outcome { Revision = Revision });
        }

        var cells = Copy();
        cells[operation.Key] = default;
        return Done(cells, new Outcome { Revision = Revision + 1, Deleted = 1 });
    }

    private (KvState, Outcome) Compare(Operation operation)
    {
        if (_cells[operation.Key].ModRevision != operation.Expected)
        {
            return (this, new Outcome { Revision = Revision, Cells = Read(operation.Key) });
        }

        var cells = Copy();
        if (operation.Kind == OperationKind.CompareAndPut)
        {
            Write(cells, operation.Key, operation);
        }
        else
        {
            cells[operation.Key] = default;
        }

        Write(cells, operation.OtherKey, operation);
        return Done(cells, new Outcome { Revision = Revision + 1, Succeeded = true });
    }

    private (KvState, Outcome) Grant(Operation operation) => _leases.Contains(operation.Lease)
        ? Refuse(EtcdError.LeaseExists)
        : (new KvState(_cells, [.. _leases, operation.Lease], Revision), new Outcome { Revision = Revision });

    private (KvState, Outcome) Revoke(Operation operation)
    {
        if (!_leases.Contains(operation.Lease))
        {
            return Refuse(EtcdError.LeaseNotFound);
        }

        var cells = Copy();
        var any = false;
        for (var i = 0; i < cells.Length; i++)
        {
            if (cells[i].Lease == operation.Lease)
            {
                cells[i] = default;
                any = true;
            }
        }

        var revision = Revision + (any ? 1 : 0);
        return (new KvState(cells, [.. _leases.Where(lease => lease != operation.Lease)], revision), new Outcome { Revision = revision });
    }

    private Cell[] Read(int key)
    {
        if (key == Operation.AllKeys)
        {
            return _cells;
        }

        return _cells[key].Exists ? [_cells[key]] : [];
    }

    private void Write(Cell[] cells, int key, Operation operation)
    {
        var old = cells[key];
        var created = old.Exists ? old.CreateRevision : Revision + 1;
        cells[key] = new Cell(operation.Id, Revision + 1, old.Version + 1, created, operation.Lease);
    }

    private Cell[] Copy() => (Cell[])_cells.Clone();

    private (KvState, Outcome) Refuse(EtcdError error) => (this, new Outcome { Error = error, Revision = Revision });

    private (KvState, Outcome) Done(Cell[] cells, Outcome outcome) => (new KvState(cells, _leases, Revision + 1), outcome);
}
