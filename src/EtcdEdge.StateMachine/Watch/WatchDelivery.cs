namespace EtcdEdge.StateMachine.Watch;

/// <summary>The kinds of responses on a watch stream.</summary>
public enum WatchDeliveryKind
{
    /// <summary>The watch exists from here on.</summary>
    Created,

    /// <summary>The watch was refused: created and canceled in one response, with a reason and watch id −1.</summary>
    Refused,

    /// <summary>The client's cancel was executed, or the right to read was revoked, which the refusal names.</summary>
    Canceled,

    /// <summary>Compaction overtook the watch: it has ended.</summary>
    Compacted,

    /// <summary>Events of whole revisions.</summary>
    Events,

    /// <summary>Everything up to the revision has been sent: for one watch, or for the whole stream as id −1.</summary>
    Progress,
}

/// <summary>One response for one stream; small and copied, while the events in it are shared with every other watcher of them.</summary>
public readonly record struct WatchDelivery
{
    /// <summary>The id of the whole stream, or of a watch that does not exist (etcd's InvalidWatchID).</summary>
    public const long AllWatches = -1;

    public required WatchDeliveryKind Kind { get; init; }

    public required long WatchId { get; init; }

    /// <summary>The response header.</summary>
    public required long Revision { get; init; }

    /// <summary>Set for Compacted.</summary>
    public long CompactRevision { get; init; }

    /// <summary>Set for Refused, and for a cancel that the client did not request.</summary>
    public WatchRefusal Refusal { get; init; }

    /// <summary>Set for Events.</summary>
    public WatchBatch? Batch { get; init; }

    public bool PrevKv { get; init; }

    public bool Fragment { get; init; }

    /// <summary>Encoded size of the events, near enough for bounds.</summary>
    public long Bytes => Batch is null ? 0 : PrevKv ? Batch.Bytes + Batch.PreviousBytes : Batch.Bytes;

    /// <summary>Only what a client can wait for again may be refused by a full stream: the rest would be lost.</summary>
    public bool MayBeRefused => Kind is WatchDeliveryKind.Events or WatchDeliveryKind.Progress;
}
