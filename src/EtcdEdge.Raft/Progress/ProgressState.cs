namespace EtcdEdge.Raft.Progress;

/// <summary>How a leader sends to one follower.</summary>
public enum ProgressState : byte
{
    /// <summary>The leader does not know where the logs match: it sends one append at a time and waits for its response or a heartbeat's.</summary>
    Probe = 0,

    /// <summary>The logs match: appends are pipelined within the in-flight limits.</summary>
    Replicate = 1,

    /// <summary>The follower needs entries that the log no longer holds: nothing is sent until the snapshot is reported.</summary>
    Snapshot = 2,
}
