namespace EtcdEdge.StateMachine.Mvcc;

/// <summary>The limits of Mvcc, each with its reason.</summary>
public static class MvccLimits
{
    /// <summary>
    /// Slots of a leaf. A published leaf is copied before its first change, so a write after a quiet moment copies 32 slots of 24 bytes;
    /// larger leaves copy more, smaller ones make the tree deeper.
    /// </summary>
    internal const int LeafSlots = 32;

    /// <summary>Children of an inner node; the same trade as <see cref="LeafSlots"/>.</summary>
    internal const int InnerChildren = 32;

    /// <summary>
    /// A node with fewer entries joins or shares with a sibling: a quarter, so that a key that comes and goes does not split and join each time.
    /// </summary>
    internal const int NodeMinEntries = 8;

    /// <summary>Levels above the leaves. With at least 8 entries per node, 16 levels hold more keys than memory does.</summary>
    internal const int TreeDepth = 16;

    /// <summary>
    /// Records of a history chunk: a compaction rewrites whole chunks, and 4 KiB of references is cheap to rewrite and stays off the large object
    /// heap.
    /// </summary>
    internal const int HistoryChunkRecords = 512;

    /// <summary>
    /// Bytes a record costs in addition to its key and value: the object (88), its place in the tree (about 35) and in the history (8), the entry's
    /// array and framing (about 40); measured 166 to 169 without the framing. The quota and the size metrics count it, so that many small keys cannot
    /// exceed the memory that the quota represents.
    /// </summary>
    public const int RecordOverheadBytes = 180;

    /// <summary>
    /// Transactions within transactions. Each level takes at least one of the operations max-txn-ops allows (128 by default); this bound
    /// protects the stack where an operator raised that flag.
    /// </summary>
    public const int TxnDepth = 256;
}
