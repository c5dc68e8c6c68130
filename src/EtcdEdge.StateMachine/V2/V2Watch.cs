namespace EtcdEdge.StateMachine.V2;

/// <summary>What a watcher of the v2 store wants to hear of.</summary>
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
        // Who watches something within a directory hears of the directory's end.
        return happened.EndsDirectory && V2Path.IsBelow(Path, key);
    }
}
