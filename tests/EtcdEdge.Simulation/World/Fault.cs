namespace EtcdEdge.Simulation.World;

/// <summary>What may befall a cluster.</summary>
internal enum Fault
{
    /// <summary>The process is killed; the kernel keeps what was written.</summary>
    Kill,

    /// <summary>The power goes: what was not flushed is kept or lost sector by sector.</summary>
    PowerCut,

    /// <summary>The power goes at one of the next changes on the disk, which may be between a write and its flush.</summary>
    PowerCutInWrite,

    /// <summary>The power of all members goes at once.</summary>
    Blackout,

    /// <summary>The process is stopped in order, and started again.</summary>
    Stop,

    /// <summary>The process does not run for a while and does not know it.</summary>
    Pause,

    /// <summary>One member is cut off, in both directions.</summary>
    Isolate,

    /// <summary>Two halves that do not hear each other.</summary>
    Split,

    /// <summary>One member hears and is not heard, or the other way round.</summary>
    OneWay,

    /// <summary>Two halves that share one member.</summary>
    Bridge,

    /// <summary>
    /// Everybody reboots into two halves that share one member, and that one flaps: a forgotten vote
    /// makes two leaders here.
    /// </summary>
    BridgeReboot,

    /// <summary>The leader stands still, deaf, until there is another one, and then goes on without hearing of it for a while.</summary>
    StaleLeader,

    /// <summary>Any links, any directions.</summary>
    RandomLinks,

    /// <summary>Flushes take up to ten seconds.</summary>
    Stall,

    /// <summary>The next flush fails; the member must end.</summary>
    FlushError,

    /// <summary>There is no room for another segment for a while.</summary>
    DiskFull,

    /// <summary>
    /// A bit rots or a sector can no longer be read, of the log: the member must refuse to start, or not need it; or of one checkpoint: it must
    /// start.
    /// </summary>
    Rot,

    /// <summary>The power goes at one of the next changes, and one sector is left half written.</summary>
    TornSector,

    /// <summary>A flush of the log or of a checkpoint succeeds and loses everything; the power goes some time later.</summary>
    LostFlush,

    /// <summary>A flush puts its sectors elsewhere in the file; the power goes some time later.</summary>
    MisdirectedFlush,

    /// <summary>A disk dies with all it holds: its member never comes back.</summary>
    DiskDeath,

    /// <summary>A member's clock jumps ahead by up to ten seconds.</summary>
    ClockJump,

    /// <summary>The leader is asked to hand over.</summary>
    Transfer,
}
