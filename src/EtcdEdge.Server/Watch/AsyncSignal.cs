using System.Threading.Tasks.Sources;

namespace EtcdEdge.Server.Watch;

/// <summary>Wakes the one task that waits for it, without allocating. Several sets without a waiter count as one.</summary>
/// <param name="runsOnSetter">The waiter continues within <see cref="Set"/>, on the setter's thread; otherwise on the pool.</param>
internal sealed class AsyncSignal(bool runsOnSetter) : IValueTaskSource<bool>
{
    private readonly Lock _gate = new();
    private ManualResetValueTaskSourceCore<bool> _waiter = new() { RunContinuationsAsynchronously = !runsOnSetter };
    private bool _isSet;
    private bool _isAwaited;
    private bool _isClosed;

    public void Set()
    {
        lock (_gate)
        {
            _isSet = !_isAwaited;
            if (!_isAwaited)
            {
                return;
            }

            _isAwaited = false;
        }

        _waiter.SetResult(true);
    }

    /// <summary>Ends the wait and all later ones.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            if (!_isAwaited)
            {
                return;
            }

            _isAwaited = false;
        }

        _waiter.SetResult(false);
    }

    /// <summary>Completes at the next set, or at once when there was one; false when closed. One waiter at a time.</summary>
    public ValueTask<bool> WaitAsync()
    {
        lock (_gate)
        {
            if (_isClosed || _isSet)
            {
                _isSet = false;
                return new ValueTask<bool>(!_isClosed);
            }

            _waiter.Reset();
            _isAwaited = true;
            return new ValueTask<bool>(this, _waiter.Version);
        }
    }

    bool IValueTaskSource<bool>.GetResult(short token) => _waiter.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _waiter.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _waiter.OnCompleted(continuation, state, token, flags);
}
