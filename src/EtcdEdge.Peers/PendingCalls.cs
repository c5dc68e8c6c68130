using System.Collections.Concurrent;

namespace EtcdEdge.Peers;

/// <summary>Calls of one connection that wait for their answers, by correlation id.</summary>
public sealed class PendingCalls
{
    private readonly ConcurrentDictionary<ulong, TaskCompletionSource<PeerAnswer>> _waiting = new();
    private ulong _lastId;
    private volatile bool _broken;

    /// <summary>A new call; ids are never 0, which means "no answer".</summary>
    public (ulong Id, Task<PeerAnswer> Answer) Begin()
    {
        var id = Interlocked.Increment(ref _lastId);
        var answer = new TaskCompletionSource<PeerAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[id] = answer;
        if (_broken)
        {
            Break();
        }

        return (id, answer.Task);
    }

    /// <summary>The caller stopped waiting, for any reason.</summary>
    public void End(ulong id) => _waiting.TryRemove(id, out _);

    /// <summary>An answer arrived; it is dropped if its caller has stopped waiting.</summary>
    public void Complete(CallFrame answer)
    {
        if (_waiting.TryRemove(answer.Correlation, out var waiting))
        {
            waiting.SetResult(new PeerAnswer(answer.Code, answer.Payload));
        }
    }

    /// <summary>The connection was closed: all calls fail, and so do later ones.</summary>
    public void Break()
    {
        _broken = true;
        foreach (var (id, waiting) in _waiting)
        {
            if (_waiting.TryRemove(id, out _))
            {
                waiting.SetException(new PeerCallException("the connection to the member broke before it answered"));
            }
        }
    }
}
