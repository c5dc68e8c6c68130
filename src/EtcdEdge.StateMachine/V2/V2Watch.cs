namespace EtcdEdge.StateMachine.V2;

/// <summary>The events that a watcher of the v2 store receives.</summary>
/// <param name="Path">The watched key.</param>
/// <param name="IsRecursive">All below it, too.</param>
public sealed record V2Watch(string Path, bool IsRecursive)
{
    internal bool Concerns(V2Event happened, bool isPast)
    {
        var key = happened.Node.Path;
        if (key == Path)
        {
            return true;
        }

        if (IsRecursive && V2Path.IsBelow(key, Path))
        {
            return isPast || !V2Path.IsHiddenBelow(Path, key);
        }
        // A watcher of something within a directory is notified when the directory is deleted.
        return happened.EndsDirectory && V2Path.IsBelow(Path, key);
    }
}
