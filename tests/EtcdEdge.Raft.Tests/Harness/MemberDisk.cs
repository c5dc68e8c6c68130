using EtcdEdge.Raft.Model;

namespace EtcdEdge.Raft.Tests.Harness;

/// <summary>What survives a crash of a member: the start of its log, the entries after it, the hard state.</summary>
internal sealed class MemberDisk
{
    public HardState Hard { get; set; }

    public SnapshotMetadata Start { get; set; } = SnapshotMetadata.Empty;

    public List<Entry> Entries { get; } = [];

    public ulong LastIndex => Start.Index + (ulong)Entries.Count;

    public void Write(PendingWrite write)
    {
        if (write.Snapshot is { } snapshot)
        {
            Start = snapshot;
            Entries.Clear();
        }

        Append(write.Entries);
        Hard = write.Hard ?? Hard;
    }

    /// <summary>Appends entries, replacing from the first of them on.</summary>
    public void Append(ReadOnlySpan<Entry> entries)
    {
        foreach (ref readonly var entry in entries)
        {
            Assert.InRange(entry.Index, Start.Index + 1, LastIndex + 1);
            var keep = (int)(entry.Index - Start.Index - 1);
            Entries.RemoveRange(keep, Entries.Count - keep);
            Entries.Add(entry);
        }
    }

    /// <summary>The state machine was saved as of <paramref name="start"/>: entries up to it are no longer needed.</summary>
    public void Checkpoint(SnapshotMetadata start)
    {
        Assert.InRange(start.Index, Start.Index, LastIndex);
        Entries.RemoveRange(0, (int)(start.Index - Start.Index));
        Start = start;
    }
}
