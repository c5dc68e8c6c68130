namespace EtcdEdge.Simulation.World;

/// <summary>
/// The one clock and the one schedule: microseconds that pass only from event to event. Events of the same moment run in the order they were made.
/// </summary>
internal sealed class VirtualTime
{
    private readonly PriorityQueue<Action, (long AtUs, long Order)> _events = new();
    private long _order;

    public const long Ms = 1_000;
    public const long Second = 1_000_000;

    public long NowUs { get; private set; }

    /// <summary>Events that ran.</summary>
    public long Ran { get; private set; }

    public void After(long delayUs, Action act) => _events.Enqueue(act, (NowUs + Math.Max(0, delayUs), _order++));

    /// <summary>Runs everything up to this moment, what it causes included.</summary>
    public void RunUntil(long endUs)
    {
        while (_events.TryPeek(out var act, out var due) && due.AtUs <= endUs)
        {
            _events.Dequeue();
            NowUs = due.AtUs;
            Ran++;
            act();
        }

        NowUs = endUs;
    }
}
