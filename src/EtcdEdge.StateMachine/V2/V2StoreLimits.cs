namespace EtcdEdge.StateMachine.V2;

/// <summary>The limits of V2, each with its reason.</summary>
public static class V2StoreLimits
{
    /// <summary>Events that can still be waited for (etcd v2store: 1000).</summary>
    internal const ulong V2HistoryEvents = 1000;

    /// <summary>The index of a new store: what etcd 3.4 has when its first member has started.</summary>
    internal const ulong V2FirstIndex = 3;

    /// <summary>
    /// What a node costs beside path and value: object, strings' headers, its place in the tree; counted against <see cref="V2Bytes"/>.
    /// </summary>
    internal const int V2NodeOverheadBytes = 250;

    /// <summary>
    /// Characters of all paths and values with the overhead. The tree travels in the head of checkpoints and is written whole each time: it is for
    /// what v2 was used for, which is configuration and leader keys. A constant, so that all members refuse alike.
    /// </summary>
    internal const long V2Bytes = 8 << 20;

    /// <summary>Names in a path: changes walk it recursively.</summary>
    internal const int V2Depth = 512;
}
