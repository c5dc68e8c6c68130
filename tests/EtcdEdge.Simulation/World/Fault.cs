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

    /// <summary>A bit of the log rots; the member must refuse to start, or not need it.</summary>
    Rot,

    /// <summary>The leader is asked to hand over.</summary>
    Transfer,
}
