namespace EtcdEdge.StateMachine.Watch;

internal enum WatcherState
{
    /// <summary>Has been offered everything up to the hub's revision.</summary>
    Synced,

    /// <summary>Waits for its turn to read on in the history.</summary>
    Lagging,

    /// <summary>Its stream was full: nothing is done for it until the stream has drained.</summary>
    Blocked,
}

/// <summary>One watch of one stream. Owned by the hub.</summary>
internal sealed class Watcher(WatchStream stream, long id, in WatchSpec spec)
{
    public WatchStream Stream { get; } = stream;

    public long Id { get; } = id;

    public ReadOnlyMemory<byte> Key { get; } = spec.Key;

    public ReadOnlyMemory<byte> RangeEnd { get; } = spec.RangeEnd;

    public long StartRevision { get; } = spec.StartRevision;

    public string? Username { get; } = spec.Username;

    public bool PrevKv { get; } = spec.PrevKv;

    public bool NoPut { get; } = spec.NoPut;

    public bool NoDelete { get; } = spec.NoDelete;

    public bool ProgressNotify { get; } = spec.ProgressNotify;

    public bool Fragment { get; } = spec.Fragment;

    /// <summary>
    /// Invariant: no event below it is ever offered again. While synced it may be below the hub's revision, and everything between has been offered;
    /// in the other states it is exactly where the watcher continues.
    /// </summary>
    public long NextRevision { get; set; }

    public WatcherState State { get; set; } = WatcherState.Blocked;

    /// <summary>No events were sent since the last progress notification was due.</summary>
    public bool IsIdle { get; set; } = true;

    /// <summary>The watchers of the same keys in the index it is in; null while blocked.</summary>
    public WatcherGroup? Group { get; set; }

    /// <summary>Its place in its group.</summary>
    public int GroupSlot { get; set; }

    /// <summary>Its place in the hub's list of lagging watchers, or in its stream's list of blocked ones.</summary>
    public int Slot { get; set; }
}
