namespace EtcdEdge.Raft.Log;

/// <summary>The limits of Log, each with its reason.</summary>
public static class LogLimits
{
    /// <summary>Committed entries in one Ready: enough to amortise a step, few enough that applying them does not delay a heartbeat.</summary>
    public const int CommittedEntriesPerReady = 8192;

    /// <summary>Payload bytes of committed entries in one Ready (at least one entry goes), for the same reason.</summary>
    public const long CommittedBytesPerReady = 16 << 20;

    /// <summary>Entries in one append message. A slice copies 40 bytes per entry, so this caps the copy at well below 1 MiB.</summary>
    public const int EntriesPerMessage = 16384;

    /// <summary>Slots of an empty log: a node that never writes costs this many entries of memory.</summary>
    public const int LogInitialCapacity = 64;
}
