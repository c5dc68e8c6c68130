namespace EtcdEdge.Raft.Model;

/// <summary>The parameters of a member. All times are ticks: the caller decides how long a tick is.</summary>
public sealed record RaftOptions
{
    /// <summary>This member's ID; not 0.</summary>
    public required ulong Id { get; init; }

    /// <summary>Ticks without a leader before a follower campaigns; each wait is drawn from [ElectionTicks, 2·ElectionTicks).</summary>
    public int ElectionTicks { get; init; } = 10;

    /// <summary>Ticks between a leader's heartbeats; below ElectionTicks.</summary>
    public int HeartbeatTicks { get; init; } = 1;

    /// <summary>Payload bytes of one append message; a single larger entry still goes alone.</summary>
    public long MaxEntryBytesPerMessage { get; init; } = 1 << 20;

    /// <summary>Append messages in flight to one replicating follower.</summary>
    public int MaxInflightMessages { get; init; } = 512;

    /// <summary>Payload bytes in flight to one replicating follower; at least one message always goes.</summary>
    public long MaxInflightBytes { get; init; } = 16 << 20;

    /// <summary>Payload bytes a leader holds uncommitted before it refuses proposals; a first entry of any size is taken.</summary>
    public long MaxUncommittedBytes { get; init; } = 64 << 20;

    /// <summary>
    /// Payload bytes a leader holds that its own disk has not flushed. While followers commit without it, this bounds what a stalled disk
    /// costs in memory.
    /// </summary>
    public long MaxUnflushedBytes { get; init; } = 128 << 20;

    /// <summary>Ask before raising the term (thesis §9.6), so that a member that was cut off does not depose a leader.</summary>
    public bool PreVote { get; init; } = true;

    /// <summary>A leader that receives messages from no quorum steps down, and followers with a leader refuse votes (thesis §6.2, §4.2.3).</summary>
    public bool CheckQuorum { get; init; } = true;

    /// <summary>How linearizable reads are confirmed.</summary>
    public ReadOnlyOption ReadOnly { get; init; } = ReadOnlyOption.Safe;

    /// <summary>Seed of the election jitter, mixed with the ID. The same seed and inputs give the same outputs.</summary>
    public ulong Seed { get; init; }

    /// <summary>
    /// The index up to which the caller's state machine already holds the log's effects; entries up to it are not handed out again.
    /// 0 means: up to the start snapshot. The start's ConfState must be the one of this index.
    /// </summary>
    public ulong Applied { get; init; }

    /// <summary>Bugs put in on purpose, to show that tests and the simulator find them.</summary>
    internal InjectedBug InjectedBug { get; init; }

    /// <summary>Throws <see cref="ArgumentException"/> naming the first option that makes no sense.</summary>
    internal void Validate()
    {
        Check(Id != 0, "Id must not be 0: 0 means nobody");
        Check(HeartbeatTicks > 0, "HeartbeatTicks must be above 0");
        Check(ElectionTicks > HeartbeatTicks, "ElectionTicks must be above HeartbeatTicks");
        Check(MaxEntryBytesPerMessage > 0 && MaxInflightMessages > 0 && MaxInflightBytes > 0, "flow control limits must be above 0");
        Check(MaxUncommittedBytes > 0 && MaxUnflushedBytes > 0, "log size limits must be above 0");
        Check(ReadOnly == ReadOnlyOption.Safe || CheckQuorum, "lease-based reads need CheckQuorum: without it nobody honours the lease");
    }

    private static void Check(bool condition, string complaint)
    {
        if (!condition)
        {
            throw new ArgumentException(complaint);
        }
    }
}
