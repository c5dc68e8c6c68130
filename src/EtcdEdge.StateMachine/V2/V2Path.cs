namespace EtcdEdge.StateMachine.V2;

/// <summary>Paths of the v2 store: slashes, names, and Go's path.Clean.</summary>
public static class V2Path
{
    /// <summary>Where the log's requests have the keys (etcd server/etcdserver StoreKeysPrefix).</summary>
    public const string KeysPrefix = "/1";

    /// <summary>The path with one slash between names and none at the end; "." and ".." are resolved and never lead above the root.</summary>
    public static string Clean(string path) => "/" + string.Join('/', Names(path));

    /// <summary>The names of a path, from the root on.</summary>
    public static List<string> Names(string path)
    {
        var names = new List<string>();
        foreach (var name in path.Split('/'))
        {
            switch (name)
            {
                case "" or ".":
                    break;
                case "..":
                    names.RemoveRange(Math.Max(names.Count - 1, 0), Math.Min(names.Count, 1));
                    break;
                default:
                    names.Add(name);
                    break;
            }
        }

        return names;
    }

    /// <summary>A name within a directory.</summary>
    public static string Join(string directory, string name) => directory == "/" ? "/" + name : $"{directory}/{name}";

    /// <summary>Whether <paramref name="path"/> is somewhere below <paramref name="directory"/>.</summary>
    public static bool IsBelow(string path, string directory) => directory == "/"
        ? path != "/"
        : path.Length > directory.Length && path[directory.Length] == '/' && path.StartsWith(directory, StringComparison.Ordinal);

    /// <summary>Whether something between the watched directory and the key is hidden (etcd v2store/watcher_hub.go, isHidden).</summary>
    internal static bool IsHiddenBelow(string watched, string path) =>
        path.Length > watched.Length && ("/" + path[watched.Length..]).Contains("/_", StringComparison.Ordinal);
}
