using System.Threading.Tasks.Sources;

namespace EtcdEdge.Server.Node;

/// <summary>
/// A reusable completion for one waiter. The completing thread decides where the waiter continues (<see cref="ContinuationBatch"/>): the node loop
/// completes many at once, and none of them may continue within its iteration.
/// </summary>
internal abstract class PooledCompletion<TResult> : IValueTaskSource<TResult>
{
    private static readonly Action<object?> _nobodyYet = _ => { };
    private Action<object?>? _continuation;
    private object? _state;
    private TResult? _result;
    private short _version;
    private volatile bool _isComplete;

    /// <summary>The task of the waiter; taken before the completion can be completed.</summary>
    public ValueTask<TResult> Completion => new(this, _version);

    /// <summary>Sets the result. True when a waiter is there: <see cref="Resume"/> must follow, on a thread that may be kept.</summary>
    public bool Complete(TResult result)
    {
        _result = result;
        _isComplete = true;
        return Interlocked.CompareExchange(ref _continuation, _nobodyYet, null) is not null;
    }

    public void Resume() => _continuation!(_state);

    /// <summary>The result is taken: the object may wait for something else from now on.</summary>
    protected virtual void Taken()
    {
    }

    TResult IValueTaskSource<TResult>.GetResult(short token)
    {
        var result = _result!;
        (_continuation, _state, _result, _isComplete) = (null, null, default, false);
        _version++;
        Taken();
        return result;
    }

    // Completed as the last step, because it may be reused from then on.
    ValueTaskSourceStatus IValueTaskSource<TResult>.GetStatus(short token) =>
        _isComplete && Volatile.Read(ref _continuation) is not null ? ValueTaskSourceStatus.Succeeded : ValueTaskSourceStatus.Pending;

    // Async methods bring their execution context along themselves, and a server has no other context to go back to.
    void IValueTaskSource<TResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        _state = state;
        if (Interlocked.CompareExchange(ref _continuation, continuation, null) is not null)
        {
            ThreadPool.UnsafeQueueUserWorkItem(continuation, state, preferLocal: true);
        }
    }
}
