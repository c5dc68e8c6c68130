using EtcdEdge.Raft.Model;

namespace EtcdEdge.Storage.Wal;

/// <summary>
/// Receives the log, in the order it was written, while it is read. After each group's entries comes the hard state they were flushed with.
/// </summary>
public interface IWalReplay
{
    /// <summary>
    /// Entries below this index are handed out without their data: most of a log may lie before the checkpoint, and is only verified then.
    /// </summary>
    ulong FirstWanted => 0;

    /// <summary>
    /// An entry, which replaces every entry with the same or a higher index that came before it (Raft §5.3). Its data is an array of its own, the
    /// receiver's to keep.
    /// </summary>
    void Append(in Entry entry);

    /// <summary>Replaces the hard state that came before. Its commit never exceeds the last entry's index.</summary>
    void HardState(in HardState hardState);

    /// <summary>
    /// Groups are missing here. All they lost is within <see cref="WalOptions.CoveredUpTo"/>, but what came before must not be joined to what
    /// follows: they may have replaced some of it.
    /// </summary>
    void Hole();
}
