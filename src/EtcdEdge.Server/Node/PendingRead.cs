using EtcdEdge.StateMachine;

namespace EtcdEdge.Server.Node;

/// <summary>A linearizable read that waits until the published root holds everything acknowledged before it asked.</summary>
internal sealed class PendingRead
{
    private readonly TaskCompletionSource<EtcdError> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>When the reader is told that the barrier timed out, in milliseconds of the loop's clock; set by the loop.</summary>
    public long DeadlineMs { get; set; }

    public Task<EtcdError> Completion => _completion.Task;

    public void Complete(EtcdError error) => _completion.TrySetResult(error);
}
