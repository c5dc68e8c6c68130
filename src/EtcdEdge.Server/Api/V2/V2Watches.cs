using System.Runtime.CompilerServices;
using EtcdEdge.StateMachine.V2;

namespace EtcdEdge.Server.Api.V2;

/// <summary>
/// Wakes the watches when the v2 store has changed. A watch has no queue: it reads its next event from the store's history, so a slow watch is
/// bounded by the history, and nothing waits for it.
/// </summary>
internal sealed class V2Watches(V2Store store)
{
    private TaskCompletionSource _changed = NewSignal();
    private ulong _seen = store.View.Index;
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>The node loop: a new state was published.</summary>
    public void Published()
    {
        var index = store.View.Index;
        if (index != _seen)
        {
            _seen = index;
            Interlocked.Exchange(ref _changed, NewSignal()).TrySetResult();
        }
    }

    /// <summary>The events from an index on, as they come; ends when the watch was overtaken by the history.</summary>
    /// <param name="watch">What is watched.</param>
    /// <param name="since">The first index that counts.</param>
    /// <param name="born">The store's index when the watch came.</param>
    /// <param name="cancel">Ends it.</param>
    public async IAsyncEnumerable<V2Event> EventsAsync(V2Watch watch, ulong since, ulong born, [EnumeratorCancellation] CancellationToken cancel)
    {
        Interlocked.Increment(ref _count);
        try
        {
            while (true)
            {
                // The signal first: a change between the look and the wait has then rung it.
                var changed = Volatile.Read(ref _changed).Task;
                var view = store.View;
                if (view.Next(watch, since, born, out var error) is { } happened)
                {
                    since = happened.Index + 1;
                    yield return happened;
                }
                else if (error is not null)
                {
                    yield break;
                }
                else
                {
                    since = Math.Max(since, view.Index + 1);
                    await changed.WaitAsync(cancel);
                }
            }
        }
        finally
        {
            Interlocked.Decrement(ref _count);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
