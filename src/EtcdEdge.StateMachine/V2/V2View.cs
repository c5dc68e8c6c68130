using System.Collections.Immutable;

namespace EtcdEdge.StateMachine.V2;

/// <summary>The v2 store after one request: tree, index and newest events. Immutable; any thread reads it.</summary>
public sealed record V2View
{
    public static V2View Initial { get; } = new();

    public V2Node Root { get; init; } = new() { Path = "/", IsDirectory = true };

    /// <summary>
    /// Counts the changes. It begins where a new cluster of etcd 3.4 with one member does, which keeps members and version in the same store.
    /// </summary>
    public ulong Index { get; init; } = V2StoreLimits.V2FirstIndex;

    /// <summary>The newest events, oldest first, one for each index.</summary>
    public ImmutableList<V2Event> History { get; init; } = [];

    /// <summary>Whether it was never written to.</summary>
    public bool IsInitial => Index == V2StoreLimits.V2FirstIndex && Root.Children.IsEmpty;

    /// <summary>The oldest index that can be waited for.</summary>
    public ulong HistoryStart => Index < V2StoreLimits.V2HistoryEvents ? 1 : Index - V2StoreLimits.V2HistoryEvents + 1;

    /// <summary>A node with all that is below it, or why there is none.</summary>
    public V2Result Get(string path)
    {
        var (node, error) = Find(path);
        return new V2Result(node is null ? null : new V2Event(V2Action.Get, node, null, Index), error, Index);
    }

    /// <summary>The node, or why there is none: KeyNotFound with the first path that is missing, NotDirectory with the file in the way.</summary>
    internal (V2Node? Node, V2Error? Error) Find(string path)
    {
        var node = Root;
        foreach (var name in V2Path.Names(path))
        {
            if (!node.IsDirectory)
            {
                return (null, new V2Error(V2ErrorCode.NotDirectory, node.Path, Index));
            }

            if (!node.Children.TryGetValue(name, out var child))
            {
                return (null, new V2Error(V2ErrorCode.KeyNotFound, V2Path.Join(node.Path, name), Index));
            }

            node = child;
        }

        return (node, null);
    }

    /// <summary>
    /// The first event for a watcher, from an index on. Events up to <paramref name="born"/>, the index at which the watcher was created, are past:
    /// those are matched by path alone; later ones below a hidden node are withheld from it (etcd v2store event_history.go scan, watcher_hub.go
    /// notify).
    /// </summary>
    /// <param name="watch">The watched path.</param>
    /// <param name="since">The first index that counts.</param>
    /// <param name="born">The store's index when the watcher was created.</param>
    /// <param name="error">EventIndexCleared when events from that index on are no longer available.</param>
    public V2Event? Next(V2Watch watch, ulong since, ulong born, out V2Error? error)
    {
        error = null;
        if (since < HistoryStart)
        {
            error = new V2Error(V2ErrorCode.EventIndexCleared, $"the requested history has been cleared [{HistoryStart}/{since}]", Index);
            return null;
        }

        if (since > Index)
        {
            return null;
        }

        var first = Index - (ulong)History.Count + 1;
        for (var i = (int)(Math.Max(since, first) - first); i < History.Count; i++)
        {
            var happened = History[i];
            if (!happened.IsRefresh && watch.Concerns(happened, isPast: happened.Index <= born))
            {
                return happened;
            }
        }

        return null;
    }
}
