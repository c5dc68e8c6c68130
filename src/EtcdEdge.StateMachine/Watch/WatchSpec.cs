namespace EtcdEdge.StateMachine.Watch;

/// <summary>The watch that a client requested: the fields of etcd's WatchCreateRequest.</summary>
public readonly record struct WatchSpec
{
    /// <summary>The id the client chose; 0 lets the hub choose.</summary>
    public long WatchId { get; init; }

    /// <summary>The key, or the beginning of the range; empty is the smallest key, one zero byte.</summary>
    public ReadOnlyMemory<byte> Key { get; init; }

    /// <summary>Empty watches the one key; one zero byte watches every key from <see cref="Key"/> on; else the range's end, exclusive.</summary>
    public ReadOnlyMemory<byte> RangeEnd { get; init; }

    /// <summary>The first revision to show; 0 is "what comes after now".</summary>
    public long StartRevision { get; init; }

    /// <summary>The user of the watch, for when rights change; null when auth was disabled or the client not authenticated.</summary>
    public string? Username { get; init; }

    public bool PrevKv { get; init; }

    public bool NoPut { get; init; }

    public bool NoDelete { get; init; }

    public bool ProgressNotify { get; init; }

    public bool Fragment { get; init; }
}
