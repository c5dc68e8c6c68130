using EtcdEdge.Simulation.Checkers;
using Xunit;

namespace EtcdEdge.Simulation.Tests;

// Goal: the judge of histories knows right from wrong. Method: short histories of one key, written by hand; times are in microseconds.
public sealed class LinearizabilityTests
{
    private readonly List<Operation> _history = [];

    [Fact]
    public void Reads_after_an_answered_write_see_it()
    {
        Put(0, 10, revision: 2);
        Read(20, 30, revision: 2, value: 1);
        Assert.True(Check());
    }

    [Fact]
    public void A_read_that_misses_an_answered_write_is_stale()
    {
        Put(0, 10, revision: 2);
        Read(20, 30, revision: 1, value: 0);
        Assert.Contains("not linearizable", Assert.Throws<SimulationFailure>(() => Check()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_read_beside_a_write_may_see_either_state()
    {
        Put(0, 30, revision: 2);
        Read(10, 20, revision: 1, value: 0);
        Read(10, 25, revision: 2, value: 1);
        Assert.True(Check());
    }

    [Fact]
    public void Reads_do_not_go_back()
    {
        Put(0, 100, revision: 2);
        Read(10, 20, revision: 2, value: 1);
        Read(30, 40, revision: 1, value: 0);
        Assert.Throws<SimulationFailure>(() => Check());
    }

    [Fact]
    public void An_unanswered_write_may_have_happened()
    {
        Put(0, Operation.Never, revision: 0);
        Read(50, 60, revision: 2, value: 1);
        Assert.True(Check());
    }

    [Fact]
    public void An_unanswered_write_may_never_happen()
    {
        Put(0, Operation.Never, revision: 0);
        Read(50, 60, revision: 1, value: 0);
        Assert.True(Check());
    }

    [Fact]
    public void An_unanswered_write_does_not_happen_before_it_was_made()
    {
        Read(0, 10, revision: 2, value: 2);
        Put(20, Operation.Never, revision: 0);
        Assert.Throws<SimulationFailure>(() => Check());
    }

    [Fact]
    public void A_write_that_happened_twice_leaves_a_revision_nobody_made()
    {
        Put(0, 10, revision: 2);
        Put(20, 30, revision: 4);
        Assert.Throws<SimulationFailure>(() => Check());
    }

    [Fact]
    public void Two_writes_are_not_answered_with_one_revision()
    {
        Put(0, 10, revision: 2);
        Put(20, 30, revision: 2);
        Assert.Throws<SimulationFailure>(() => Check());
    }

    private bool? Check() => Linearizability.Check(_history, 1, (_, _) => true);

    private void Put(long invoked, long returned, long revision) => _history.Add(new Operation
    {
        Id = _history.Count + 1,
        Kind = OperationKind.Put,
        InvokedUs = invoked,
        ReturnedUs = returned,
        Outcome = returned == Operation.Never ? null : new Outcome { Revision = revision },
    });

    private void Read(long invoked, long returned, long revision, int value) => _history.Add(new Operation
    {
        Id = _history.Count + 1,
        Kind = OperationKind.Range,
        InvokedUs = invoked,
        ReturnedUs = returned,
        Outcome = new Outcome { Revision = revision, Cells = value == 0 ? [] : [new Cell(value, revision, 1, revision, 0)] },
    });
}
