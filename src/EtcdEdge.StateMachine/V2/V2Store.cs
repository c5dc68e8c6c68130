using EtcdEdge.Api;

namespace EtcdEdge.StateMachine.V2;

/// <summary>
/// The keys of the v2 API (etcd server/etcdserver/api/v2store). Changed by applied entries only; <see cref="View"/> may be read by any thread. Knows
/// no clock: nodes end when the leader's time, which comes as an entry, has passed theirs.
/// </summary>
public sealed partial class V2Store
{
    private static readonly Comparer<(long Nanos, string Path)> s_byTime = Comparer<(long Nanos, string Path)>.Create(static (a, b) =>
        a.Nanos != b.Nanos ? a.Nanos.CompareTo(b.Nanos) : string.CompareOrdinal(a.Path, b.Path));

    private SortedSet<(long Nanos, string Path)> _mortal = new(s_byTime);
    private volatile V2View _view = V2View.Initial;
    private long _bytes;

    public V2View View => _view;

    public V2Counters Counters { get; } = new();

    /// <summary>The time at which the next node ends, in nanoseconds since 1970; null when none does. On the node loop.</summary>
    public long? NextExpirationNanos => _mortal.Count == 0 ? null : _mortal.Min.Nanos;

    /// <summary>Applies one request (etcd server/etcdserver/apply_v2.go).</summary>
    public V2Result Apply(V2Request request)
    {
        if (request.Method == "SYNC")
        {
            Expire(request.Time);
            return new V2Result(null, null, _view.Index);
        }

        var (action, outcome) = request.Path == V2Path.KeysPrefix || request.Path.StartsWith(V2Path.KeysPrefix + "/", StringComparison.Ordinal)
            ? Dispatch(request, V2Path.Clean(request.Path[V2Path.KeysPrefix.Length..]))
            : (V2Action.Get, Refuse(V2ErrorCode.InvalidForm, "incorrect key prefix"));
        if (action != V2Action.Get)
        {
            Counters.Count(action, outcome.Error is null);
        }

        return outcome;
    }

    /// <summary>Replaces everything by the store of a checkpoint or snapshot.</summary>
    public void Load(V2View view)
    {
        _mortal.Clear();
        _bytes = 0;
        foreach (var node in V2Tree.Walk(view.Root).Skip(1))
        {
            Note(node);
        }

        _view = view;
    }

    /// <summary>Replaces everything by a store that was loaded on another thread and must not be used elsewhere.</summary>
    internal void TakeOver(V2Store loaded) => (_mortal, _bytes, _view) = (loaded._mortal, loaded._bytes, loaded._view);

    private (V2Action Action, V2Result Result) Dispatch(V2Request request, string path)
    {
        var compares = request.PrevIndex > 0 || request.PrevValue.Length > 0;
        return request.Method switch
        {
            "POST" => (V2Action.Create, Create(PathInOrder(path), request)),
            "PUT" when request is { HasPrevExist: true, PrevExist: false } => (V2Action.Create, Create(path, request)),
            "PUT" when compares => (V2Action.CompareAndSwap, CompareAndSwap(path, request)),
            "PUT" when request.HasPrevExist => (V2Action.Update, Update(path, request)),
            "PUT" => (V2Action.Set, Set(path, request)),
            "DELETE" when compares => (V2Action.CompareAndDelete, CompareAndDelete(path, request)),
            "DELETE" => (V2Action.Delete, Delete(path, request)),
            "QGET" => (V2Action.Get, _view.Get(path)),
            _ => (V2Action.Get, Refuse(V2ErrorCode.RaftInternal, "etcdserver: unknown method")),
        };
    }

    private ulong NextIndex => _view.Index + 1;

    /// <summary>Names that POST gives: the index in twenty digits, so that they sort.</summary>
    private string PathInOrder(string directory) =>
        V2Path.Join(directory, NextIndex.ToString("D20", System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>What follows a change: the tree with <paramref name="root"/>, the next index, the event in the history.</summary>
    private V2Result Happened(V2Action action, V2Node root, V2Node node, V2Node? previous, bool isRefresh = false)
    {
        var happened = new V2Event(action, node, previous?.Alone, NextIndex, isRefresh);
        var history = _view.History.Add(happened);
        _view = new V2View
        {
            Root = root,
            Index = happened.Index,
            History = (ulong)history.Count > V2StoreLimits.V2HistoryEvents ? history.RemoveAt(0) : history,
        };
        return new V2Result(happened, null, happened.Index);
    }

    private V2Result Refuse(V2ErrorCode code, string cause) => Refuse(new V2Error(code, cause, _view.Index));

    private V2Result Refuse(V2Error error) => new(null, error, _view.Index);

    private void Note(V2Node node)
    {
        _bytes += node.OwnBytes;
        if (node.ExpirationNanos != 0)
        {
            _mortal.Add((node.ExpirationNanos, node.Path));
        }
    }

    private void Forget(V2Node node)
    {
        _bytes -= node.OwnBytes;
        if (node.ExpirationNanos != 0)
        {
            _mortal.Remove((node.ExpirationNanos, node.Path));
        }
    }
}
