using EtcdEdge.Snapshots.State;
using EtcdEdge.Storage;
using EtcdEdge.Storage.Checkpoint;

namespace EtcdEdge.Snapshots.Checkpoints;

/// <summary>
/// The checkpoints of this member's state: two files in turn, each with what this process knows of its segments. Written by the checkpointer's
/// thread; the receiver of a leader's snapshot may install it in between. A failure costs a file, never the state: the log reaches back to the other
/// file.
/// </summary>
public sealed class MemberCheckpoints(CheckpointStore store, FreeSpace? space = null)
{
    private readonly Dictionary<CheckpointSlot, Contents> _contents = [];
    private readonly Lock _writing = new();
    private volatile bool _stopping;
    private volatile bool _installing;

    public CheckpointStore Store => store;

    /// <summary>
    /// Entries up to this one are in both files, so that the log need not hold them; 0 while there are not two.
    /// </summary>
    public ulong HeldTwice { get; private set; }

    /// <summary>
    /// A file was set aside at the start, or a change of one had been interrupted: there is one generation less than there should be.
    /// </summary>
    public bool HasLostOne { get; set; }

    /// <summary>Set where others use the disk meanwhile.</summary>
    public CheckpointPace? Pace { get; set; }

    /// <summary>Any thread: a running checkpoint stops at its next segment, which leaves the other file as it is.</summary>
    public void Stop() => _stopping = true;

    /// <summary>Reads a checkpoint. Dispose the reading when it is used or has failed.</summary>
    public CheckpointRestore Read(CheckpointSlot slot) => new(store, slot);

    /// <summary>The file was read to its end: from now on its content is known.</summary>
    public void Learn(CheckpointSlot slot, CheckpointRestore read) => _contents[slot] = new Contents(read.Table, read.Head().State.AppliedIndex);

    /// <summary>
    /// Writes a checkpoint, changing the older file if that is known and most of it stays, otherwise as a whole file. Null when a newer snapshot of
    /// the leader has been installed since: a checkpoint of an older state would be taken for the newest at the next start.
    /// </summary>
    /// <param name="captured">The state, all of whose entries are durable in the log.</param>
    /// <param name="shrink">Write a whole file, so that it has no free space.</param>
    /// <exception cref="IOException">It was not written; the newest checkpoint is still the one before.</exception>
    public CheckpointResult? Write(CapturedSnapshot captured, bool shrink)
    {
        lock (_writing)
        {
            return captured.State.Header.AppliedIndex < NewestAppliedIndex ? null : WriteNext(captured, shrink);
        }
    }

    /// <summary>
    /// Any thread: makes a leader's snapshot, complete and durable in its own file, the newest checkpoint. A running checkpoint is stopped, since it
    /// would be of the state that this one replaces. Does nothing when there is a newer one: that is of the same log.
    /// </summary>
    /// <exception cref="DiskException">The disk refuses; the newest checkpoint is still the one before.</exception>
    public void Install(SnapshotReceipt received)
    {
        _installing = true;
        try
        {
            lock (_writing)
            {
                var index = received.Head.State.AppliedIndex;
                if (index > NewestAppliedIndex)
                {
                    Installed(store.Install(received.File), received.Table, index);
                }
            }
        }
        finally
        {
            _installing = false;
        }
    }

    private ulong NewestAppliedIndex => store.Newest is { } newest && _contents.TryGetValue(newest, out var held) ? held.AppliedIndex : 0;

    private bool GivesUp => _stopping || _installing;

    private CheckpointResult WriteNext(CapturedSnapshot captured, bool shrink)
    {
        var slot = store.Next;
        CheckpointException? damage = null;
        if (!shrink)
        {
            try
            {
                if (TryChange(slot, captured) is { } changed)
                {
                    return changed;
                }
            }
            catch (CheckpointException unusable) when (!GivesUp)
            {
                damage = unusable;
            }
        }

        return WriteWhole(captured) with { Replaced = damage };
    }

    private static bool IsMostlyFree(CheckpointSlot slot) =>
        slot.Bytes.File > CheckpointFileLimits.CheckpointSmallFileBytes && slot.Bytes.File > 2.2 * slot.Bytes.Blobs;

    private CheckpointResult? TryChange(CheckpointSlot slot, CapturedSnapshot captured)
    {
        if (slot.Generation == 0 || !Survey(slot) || IsMostlyFree(slot))
        {
            return null;
        }

        var root = captured.State.Root;
        var plan = CheckpointPlan.Change(_contents[slot].Table, root.History, root.RecordCount, slot.Path);
        if (plan.RecordsToWrite > CheckpointFileLimits.CheckpointSmallSegmentRecords
            && plan.RecordsToWrite > root.RecordCount * CheckpointFileLimits.CheckpointWholeShare)
        {
            return null;
        }

        space?.RequireForCheckpoint();
        store.Update(slot, new CheckpointChanges
        {
            Meta = CheckpointHead.Of(captured).Encode(),
            Segments = WhileThereIsRoom(plan.Segments(() => GivesUp)),
            RemovedSegments = plan.Removed,
            Holes = plan.Holes,
        });
        Installed(slot, plan.After, captured.State.Header.AppliedIndex);
        return new CheckpointResult(captured.State.Header.AppliedIndex, IsWhole: false, plan.RecordsToWrite);
    }

    private CheckpointResult WriteWhole(CapturedSnapshot captured)
    {
        var root = captured.State.Root;
        var plan = CheckpointPlan.Whole(root.History, root.RecordCount);
        using var whole = store.Create();
        foreach (var (id, bytes) in WhileThereIsRoom(plan.Segments(() => GivesUp)))
        {
            whole.AddSegment(id, bytes);
        }

        store.Complete(whole, CheckpointHead.Of(captured).Encode());
        Installed(store.Install(whole), plan.After, captured.State.Header.AppliedIndex);
        return new CheckpointResult(captured.State.Header.AppliedIndex, IsWhole: true, root.RecordCount);
    }

    private IEnumerable<(long Id, byte[] Bytes)> WhileThereIsRoom(IEnumerable<(long Id, byte[] Bytes)> segments)
    {
        var written = 0;
        Pace?.Begin(store.Statistics.BytesWritten);
        foreach (var segment in segments)
        {
            if (written++ % CheckpointFileLimits.CheckpointSegmentsPerLook == 0)
            {
                space?.RequireForCheckpoint();
                Pace?.Rest(store.Statistics.BytesWritten);
            }

            yield return segment;
        }
    }

    /// <summary>Reads the file of an earlier process to its end, which also finds damage in it while the other file can still replace it.</summary>
    private bool Survey(CheckpointSlot slot)
    {
        if (slot.IsKnown && _contents.ContainsKey(slot))
        {
            return true;
        }

        using var read = Read(slot);
        foreach (var _ in read.Records())
        {
            if (GivesUp)
            {
                throw new CheckpointException(slot.Path, "reading was given up");
            }
        }

        Learn(slot, read);
        return true;
    }

    private void Installed(CheckpointSlot slot, IReadOnlyList<PackedSegment> table, ulong appliedIndex)
    {
        _contents[slot] = new Contents(table, appliedIndex);
        HeldTwice = 0;
        if (store.Found is [{ Damage: null } newest, { Damage: null } older]
            && _contents.TryGetValue(newest, out _) && _contents.TryGetValue(older, out var former))
        {
            HeldTwice = former.AppliedIndex;
        }
    }

    private sealed record Contents(IReadOnlyList<PackedSegment> Table, ulong AppliedIndex);
}
