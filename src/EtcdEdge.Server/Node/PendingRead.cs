using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.Server.Node;

/// <summary>A linearizable read that waits until the published root contains everything that was acknowledged before the read arrived.</summary>
internal sealed class PendingRead(CancellationToken cancel = default) : PooledCompletion<EtcdError>
{
    /// <summary>When the read times out, in milliseconds of the loop's clock; set by the loop when it first requests a barrier for it.</summary>
    public long DeadlineMs { get; set; } = long.MaxValue;

    /// <summary>The read was cancelled: nothing waits for its outcome.</summary>
    public bool IsGivenUp => cancel.IsCancellationRequested;
}
