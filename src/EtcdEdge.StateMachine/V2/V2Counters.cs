namespace EtcdEdge.StateMachine.V2;

/// <summary>How many requests of each kind a member has applied, and how they ended: /v2/stats/store. Of this process's life, no state.</summary>
public sealed class V2Counters
{
    private readonly long[] _successes = new long[(int)V2Action.Expire + 1];
    private readonly long[] _failures = new long[(int)V2Action.Expire + 1];

    /// <summary>Any thread; <see cref="V2Action.Get"/> is counted by the reader.</summary>
    public void Count(V2Action action, bool success) => Interlocked.Increment(ref (success ? _successes : _failures)[(int)action]);

    public long Successes(V2Action action) => Interlocked.Read(ref _successes[(int)action]);

    public long Failures(V2Action action) => Interlocked.Read(ref _failures[(int)action]);
}
