namespace EtcdEdge.StateMachine;

/// <summary>Every bound of the state machine's KV heart, with its reason.</summary>
public static partial class Limits
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
    /// Bytes a record costs beside its key and value: the object (88), its place in the tree (about 35) and in the history (8), the entry's
    /// array and framing (about 40); measured 166 to 169 without the framing. The quota and the size metrics count it, so that many small keys
    /// cannot outgrow the memory the quota stands for.
    /// </summary>
    public const int RecordOverheadBytes = 180;

    /// <summary>etcd's estimate of what one put costs beyond key and value; the quota is checked with it (etcd server/storage/quota.go).</summary>
    public const int PutCostBytes = 256;

    /// <summary>etcd's estimate of what one lease costs (etcd server/storage/quota.go).</summary>
    public const int LeaseCostBytes = 64;

    /// <summary>
    /// Nested groups of an unknown field. Protobuf's own parsers stop at 100 nested messages, and nothing that etcd sends has any.
    /// </summary>
    internal const int MessageDepth = 100;

    /// <summary>
    /// Transactions within transactions. Each level takes at least one of the operations max-txn-ops allows (128 by default); this bound
    /// protects the stack where an operator raised that flag.
    /// </summary>
    public const int TxnDepth = 256;

    /// <summary>Operations per branch and compares of one transaction unless the operator's --max-txn-ops says otherwise.</summary>
    public const int DefaultMaxTxnOps = 128;

    /// <summary>
    /// Records of a packed segment: enough that a checkpoint costs 2.4 times its payload instead of fifty times, few enough to rewrite.
    /// </summary>
    public const int SegmentRecords = 128;

    /// <summary>Bytes of a packed segment, unless a single record needs more: below the size at which an array becomes a large object.</summary>
    public const int SegmentBytes = 64 << 10;
}
