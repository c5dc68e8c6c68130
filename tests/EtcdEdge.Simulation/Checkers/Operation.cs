using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.Simulation.Checkers;

/// <summary>One request of one client: what was asked, when, and what came back if anything did.</summary>
internal sealed class Operation
{
    public const long Never = long.MaxValue;

    public const int AllKeys = -1;

    /// <summary>Unique; also the value that a put writes.</summary>
    public required int Id { get; init; }

    public required OperationKind Kind { get; init; }

    /// <summary>The key's number, or <see cref="AllKeys"/>.</summary>
    public int Key { get; init; }

    /// <summary>The second key of a transaction.</summary>
    public int OtherKey { get; init; }

    /// <summary>The mod revision that a transaction expects; 0 is "does not exist".</summary>
    public long Expected { get; init; }

    /// <summary>The lease of a put, grant or revoke; 0 for none.</summary>
    public long Lease { get; init; }

    public long InvokedUs { get; set; }

    /// <summary><see cref="Never"/> while nobody knows what became of it.</summary>
    public long ReturnedUs { get; set; } = Never;

    /// <summary>Null while nobody knows what became of it: it may have happened, may still happen, or never will.</summary>
    public Outcome? Outcome { get; set; }

    /// <summary>It certainly did not happen and never will.</summary>
    public bool IsVoid { get; set; }

    /// <summary>The client waits no longer.</summary>
    public bool IsAbandoned { get; set; }

    /// <summary>The answer says that it wrote, at the revision it carries.</summary>
    public bool Wrote => Outcome is { Error: EtcdError.None } outcome && Kind switch
    {
        OperationKind.Put => true,
        OperationKind.Delete => outcome.Deleted > 0,
        OperationKind.CompareAndPut or OperationKind.CompareAndDelete => outcome.Succeeded,
        _ => false,
    };

    public override string ToString() =>
        $"#{Id} {Kind} key {Key}/{OtherKey} expected {Expected} lease {Lease} at {InvokedUs / 1e6:F3}.."
        + (ReturnedUs == Never ? "? " : $"{ReturnedUs / 1e6:F3} ")
        + (Outcome is null ? "unknown" : $"{Outcome.Error} rev {Outcome.Revision} deleted {Outcome.Deleted} succeeded {Outcome.Succeeded} "
        + string.Join(' ', Outcome.Cells.Select(cell => $"[{cell.Value}@{cell.ModRevision}]")));
}
