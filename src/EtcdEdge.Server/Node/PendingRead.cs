using System.Threading.Tasks.Sources;
using EtcdEdge.StateMachine;

namespace EtcdEdge.Server.Node;

/// <summary>
/// A linearizable read that waits until the published root holds everything acknowledged before it asked. Awaited at most once. Whoever completes it
/// decides where its waiter goes on (<see cref="Resumption"/>).
/// </summary>
internal sealed class PendingRead(CancellationToken cancel = default) : IValueTaskSource<EtcdError>
{
    private static readonly Action<object?> _nobodyYet = _ => { };
    private Action<object?>? _continuation;
    private object? _state;
    private EtcdError _outcome;
    private volatile bool _isComplete;

    /// <summary>When the reader is told that the barrier timed out, in milliseconds of the loop's clock; set by the loop when it asks for it first.</summary>
    public long DeadlineMs { get; set; } = long.MaxValue;

    /// <summary>The reader's call is over: nobody waits for the outcome.</summary>
    public bool IsGivenUp => cancel.IsCancellationRequested;

    public ValueTask<EtcdError> Completion => new(this, 0);

    /// <summary>Sets the outcome. True when a waiter is there: <see cref="Resume"/> must follow, on a thread that may be kept.</summary>
    public bool Complete(EtcdError outcome)
    {
        _outcome = outcome;
        _isComplete = true;
        return Interlocked.CompareExchange(ref _continuation, _nobodyYet, null) is not null;
    }

    public void Resume() => _continuation!(_state);

    EtcdError IValueTaskSource<EtcdError>.GetResult(short token) => _outcome;

    ValueTaskSourceStatus IValueTaskSource<EtcdError>.GetStatus(short token) =>
        _isComplete ? ValueTaskSourceStatus.Succeeded : ValueTaskSourceStatus.Pending;

    // Async methods bring their execution context along themselves, and a server has no other context to go back to.
    void IValueTaskSource<EtcdError>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        _state = state;
        if (Interlocked.CompareExchange(ref _continuation, continuation, null) is not null)
        {
            ThreadPool.UnsafeQueueUserWorkItem(continuation, state, preferLocal: true);
        }
    }
}
