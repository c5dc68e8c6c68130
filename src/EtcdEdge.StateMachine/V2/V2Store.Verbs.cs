using EtcdEdge.Api;

namespace EtcdEdge.StateMachine.V2;

/// <content>What the requests do (etcd server/etcdserver/api/v2store/store.go). The order of the checks is etcd's: it decides which error is
/// told.</content>
public sealed partial class V2Store
{
    private V2Result Create(string path, V2Request request) => Make(V2Action.Create, path, request, request.Val, replaces: false);

    private V2Result Set(string path, V2Request request)
    {
        var (old, error) = _view.Find(path);
        if (error is not null && (error.Code != V2ErrorCode.KeyNotFound || request.Refresh))
        {
            return Refuse(error);
        }

        return Make(V2Action.Set, path, request, request.Refresh ? old!.Value ?? "" : request.Val, replaces: true);
    }

    private V2Result Make(V2Action action, string path, V2Request request, string value, bool replaces)
    {
        if (path == "/")
        {
            return RefuseRoot();
        }

        var (old, error) = _view.Find(path);
        if (error is { Code: V2ErrorCode.NotDirectory })
        {
            return Refuse(error);
        }

        if (old is not null && (!replaces || old.IsDirectory))
        {
            return Refuse(replaces ? V2ErrorCode.NotFile : V2ErrorCode.NodeExists, path);
        }

        var made = new V2Node
        {
            Path = path,
            Value = request.Dir ? null : value,
            IsDirectory = request.Dir,
            CreatedIndex = NextIndex,
            ModifiedIndex = NextIndex,
            ExpirationNanos = request.Expiration,
        };
        return RefuseExcess(made, old) ?? Put(action, made, old, action == V2Action.Set && request.Refresh);
    }

    private V2Result Update(string path, V2Request request)
    {
        if (path == "/")
        {
            return RefuseRoot();
        }

        var (old, error) = _view.Find(path);
        if (old is null)
        {
            return Refuse(error!);
        }

        if (old.IsDirectory)
        {
            return request.Val.Length > 0 ? Refuse(V2ErrorCode.NotFile, path) : UpdateDirectory(old, request);
        }

        var updated = old with { Value = request.Refresh ? old.Value : request.Val, ModifiedIndex = NextIndex, ExpirationNanos = request.Expiration };
        return RefuseExcess(updated, old) ?? Put(V2Action.Update, updated, old, request.Refresh);
    }

    // A directory's own index stays, though the event has the new one: etcd changes only files.
    private V2Result UpdateDirectory(V2Node old, V2Request request)
    {
        var updated = old with { ExpirationNanos = request.Expiration };
        Forget(old);
        Note(updated);
        return Happened(
            V2Action.Update, V2Tree.With(_view.Root, updated), updated.Alone with { ModifiedIndex = NextIndex }, old, request.Refresh);
    }

    private V2Result CompareAndSwap(string path, V2Request request)
    {
        var old = FindToCompare(path, request, out var refusal);
        if (old is null)
        {
            return refusal;
        }

        var updated = old with { Value = request.Refresh ? old.Value : request.Val, ModifiedIndex = NextIndex, ExpirationNanos = request.Expiration };
        return RefuseExcess(updated, old) ?? Put(V2Action.CompareAndSwap, updated, old, request.Refresh);
    }

    private V2Result CompareAndDelete(string path, V2Request request) =>
        FindToCompare(path, request, out var refusal) is { } old ? Remove(V2Action.CompareAndDelete, old) : refusal;

    private V2Result Delete(string path, V2Request request)
    {
        if (path == "/")
        {
            return RefuseRoot();
        }

        var (old, error) = _view.Find(path);
        if (old is null)
        {
            return Refuse(error!);
        }

        if (old.IsDirectory && !request.Dir && !request.Recursive)
        {
            return Refuse(V2ErrorCode.NotFile, path);
        }

        return old.Children.IsEmpty || request.Recursive ? Remove(V2Action.Delete, old) : Refuse(V2ErrorCode.DirectoryNotEmpty, path);
    }

    // Of two that end at the same moment the first by path goes first; a directory takes what is below it along, in one event.
    private void Expire(long untilNanos)
    {
        while (_mortal.Count > 0 && _mortal.Min.Nanos <= untilNanos)
        {
            var (node, _) = _view.Find(_mortal.Min.Path);
            Remove(V2Action.Expire, node!);
            Counters.Count(V2Action.Expire, success: true);
        }
    }

    private V2Result Put(V2Action action, V2Node made, V2Node? old, bool isRefresh)
    {
        if (old is not null)
        {
            Forget(old);
        }
        else
        {
            _bytes += MissingDirectoriesBytes(made.Path);
        }

        Note(made);
        return Happened(action, V2Tree.With(_view.Root, made), made, old, isRefresh);
    }

    private V2Result Remove(V2Action action, V2Node old)
    {
        foreach (var node in V2Tree.Walk(old))
        {
            Forget(node);
        }

        var trace = old.Alone with { Value = null, ModifiedIndex = NextIndex, ExpirationNanos = 0 };
        return Happened(action, V2Tree.Without(_view.Root, old.Path), trace, old);
    }

    private V2Node? FindToCompare(string path, V2Request request, out V2Result refusal)
    {
        refusal = default;
        if (path == "/" && request.Method == "PUT")
        {
            refusal = RefuseRoot();
            return null;
        }

        var (node, error) = _view.Find(path);
        if (node is null or { IsDirectory: true })
        {
            refusal = error is null ? Refuse(V2ErrorCode.NotFile, path == "/" ? "" : path) : Refuse(error);
            return null;
        }

        var mismatch = Mismatch(node, request.PrevValue, request.PrevIndex);
        if (mismatch.Length > 0)
        {
            refusal = Refuse(V2ErrorCode.TestFailed, mismatch);
            return null;
        }

        return node;
    }

    private static string Mismatch(V2Node node, string value, ulong index)
    {
        bool isValue = value.Length == 0 || value == node.Value, isIndex = index == 0 || index == node.ModifiedIndex;
        return (isValue, isIndex) switch
        {
            (true, true) => "",
            (true, false) => $"[{index} != {node.ModifiedIndex}]",
            (false, true) => $"[{value} != {node.Value}]",
            _ => $"[{value} != {node.Value}] [{index} != {node.ModifiedIndex}]",
        };
    }

    private V2Result RefuseRoot() => Refuse(V2ErrorCode.RootReadOnly, "/");

    private V2Result? RefuseExcess(V2Node made, V2Node? old)
    {
        if (V2Path.Names(made.Path).Count > V2StoreLimits.V2Depth)
        {
            return Refuse(V2ErrorCode.InvalidField, $"a key has at most {V2StoreLimits.V2Depth} names");
        }

        var grown = _bytes + made.OwnBytes - (old?.OwnBytes ?? -MissingDirectoriesBytes(made.Path));
        return grown > V2StoreLimits.V2Bytes && made.OwnBytes > (old?.OwnBytes ?? 0)
            ? Refuse(V2ErrorCode.RaftInternal, "etcdserver: mvcc: database space exceeded")
            : null;
    }

    private long MissingDirectoriesBytes(string path)
    {
        long bytes = 0;
        var parent = path;
        while ((parent = parent[..parent.LastIndexOf('/')]).Length > 0 && _view.Find(parent).Node is null)
        {
            bytes += parent.Length + V2StoreLimits.V2NodeOverheadBytes;
        }

        return bytes;
    }
}
