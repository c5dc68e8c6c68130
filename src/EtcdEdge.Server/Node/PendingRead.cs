using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.Server.Node;

/// <summary>A linearizable read that waits until the published root holds everything acknowledged before it asked.</summary>
internal sealed class PendingRead(CancellationToken cancel = default) : PooledCompletion<EtcdError>
{
    /// <summary>
    /// When the reader is told that the barrier timed out, in milliseconds of the loop's clock; set by the loop when it asks for it first.
    /// </summary>
    public long DeadlineMs { get; set; } = long.MaxValue;

    /// <summary>The reader's call is over: nobody waits for the outcome.</summary>
    public bool IsGivenUp => cancel.IsCancellationRequested;
}
