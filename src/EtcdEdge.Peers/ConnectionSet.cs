using System.Collections.Concurrent;

namespace EtcdEdge.Peers;

/// <summary>The tasks that handle connections, so that a stop can wait for them.</summary>
public sealed class ConnectionSet
{
    private readonly ConcurrentDictionary<Task, bool> _tasks = new();

    /// <summary>Keeps <paramref name="task"/> until it is done. It must observe its own errors.</summary>
    public void Add(Task task)
    {
        _tasks[task] = true;
        _ = task.ContinueWith(done => _tasks.TryRemove(done, out _), TaskScheduler.Default);
    }

    /// <summary>Waits for all; they have been cancelled.</summary>
    public Task CloseAllAsync() => Task.WhenAll(_tasks.Keys);
}
