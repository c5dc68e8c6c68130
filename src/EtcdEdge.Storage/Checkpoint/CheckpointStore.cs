using EtcdEdge.Base;
using EtcdEdge.Storage.Wal;

namespace EtcdEdge.Storage.Checkpoint;

/// <summary>
/// The checkpoints of one member: two files, written in turn. One thread at a time, except for <see cref="Statistics"/>. Opening repairs what a power
/// cut interrupted and reports what exists; reading verifies; writing changes the older file or replaces it.
/// </summary>
public sealed class CheckpointStore
{
    private const string JournalName = "checkpoint.journal";
    private const string MakingName = "checkpoint.tmp";
    private const string ReceivedName = "received.tmp";
    private const string CorruptMark = ".corrupt-";
    private static readonly string[] s_names = ["checkpoint-a", "checkpoint-b"];
    private readonly IDisk _disk;
    private readonly string _directory;
    private readonly MemberIdentity _identity;
    private readonly CheckpointCounters _counters = new();
    private readonly PageJournal _journal;
    private readonly CheckpointSlot[] _slots;
    private int _batchBytes;

    private CheckpointStore(IDisk disk, string directory, MemberIdentity identity)
    {
        _disk = disk;
        _directory = directory;
        _identity = identity;
        _journal = new PageJournal(disk, Path.Combine(directory, JournalName), identity, _counters);
        _slots = [.. s_names.Select((name, number) => new CheckpointSlot(number, Path.Combine(directory, name)))];
    }

    /// <summary>Told how long each flush of a file took, by the thread that made it.</summary>
    public Action<TimeSpan>? Flushed
    {
        get => _counters.Flushed;
        set => _counters.Flushed = value;
    }

    /// <summary>The files that are there, the newest checkpoint first, damaged ones last.</summary>
    public IReadOnlyList<CheckpointSlot> Found => [.. _slots.Where(slot => slot.Generation > 0 || slot.Damage is not null)
        .OrderByDescending(slot => slot.Generation)];

    /// <summary>The file to write next: the one that holds the older checkpoint, or none.</summary>
    public CheckpointSlot Next => _slots[0].Generation <= _slots[1].Generation ? _slots[0] : _slots[1];

    /// <summary>The file with the newest checkpoint; null when there is none.</summary>
    public CheckpointSlot? Newest => _slots.MaxBy(slot => slot.Generation) is { Generation: > 0 } newest ? newest : null;

    /// <summary>Why the journal could not be read at the start; for a warning.</summary>
    public DiskException? JournalFailure { get; private set; }

    /// <summary>Any thread: bytes and flushes of checkpoints.</summary>
    public CheckpointStatistics Statistics => _counters.Snapshot;

    /// <summary>Bytes of all files of checkpoints, set aside ones included.</summary>
    public long BytesOnDisk()
    {
        long bytes = 0;
        foreach (var name in _disk.List(_directory))
        {
            bytes += _disk.Stat(Path.Combine(_directory, name)) is { IsDirectory: false } file ? file.Length : 0;
        }

        return bytes;
    }

    /// <summary>
    /// Removes unfinished files, repeats an interrupted change, and reads the header of each file. A file that cannot be used is a slot with <see
    /// cref="CheckpointSlot.Damage"/>.
    /// </summary>
    /// <exception cref="CheckpointException">A file is another member's, or a newer version's.</exception>
    /// <exception cref="DiskException">The disk refuses.</exception>
    public static CheckpointStore Open(IDisk disk, string directory, MemberIdentity identity) =>
        Open(disk, directory, identity, CheckpointStoreLimits.CheckpointBatchBytes);

    internal static CheckpointStore Open(IDisk disk, string directory, MemberIdentity identity, int batchBytes)
    {
        var store = new CheckpointStore(disk, directory, identity) { _batchBytes = batchBytes };
        store.DeleteUnfinished();
        store.Redo();
        foreach (var slot in store._slots)
        {
            store.Look(slot);
        }

        return store;
    }

    /// <summary>Reads a whole checkpoint and verifies it: every page, every blob, and that none is missing or one too many.</summary>
    /// <exception cref="CheckpointException">It is damaged: everything that was returned must be discarded.</exception>
    public void Read(CheckpointSlot slot, ICheckpointReplay replay)
    {
        var inventory = new Inventory();
        using var file = OpenForReading(slot.Path);
        using var pages = new PageStream(file, journal: null, WalLimits.ReadWindow, _counters);
        try
        {
            using var lite = new LiteFile(slot.Path, pages);
            var seal = lite.ReadSeal();
            Scan(lite, BlobTable.Meta, inventory, (_, bytes) => replay.Meta(bytes));
            Scan(lite, BlobTable.Hole, inventory, replay.Holes);
            Scan(lite, BlobTable.Segment, inventory, replay.Segment);
            if (seal is not { } expected || expected.Blobs != inventory.Count || expected.Digest != inventory.Digest)
            {
                throw new CheckpointException(slot.Path, $"it holds {inventory.Count} blobs that are not the {seal?.Blobs} it was sealed with");
            }
        }
        catch (DiskException unreadable) when (unreadable.Fault == DiskFault.Medium)
        {
            throw new CheckpointException(slot.Path, "a part of it cannot be read from the card", unreadable);
        }

        slot.Inventory = inventory;
        slot.Bytes = (inventory.Bytes, file.Length);
    }

    /// <summary>
    /// Changes a known file into the next checkpoint. A small change is one transaction and atomic. A large one is several, between which the file is
    /// no checkpoint; the other file is one, and the log reaches back to it.
    /// </summary>
    /// <exception cref="CheckpointException">The file is damaged; the slot is no longer known and has to be written anew.</exception>
    /// <exception cref="DiskException">The disk refuses; the same.</exception>
    public void Update(CheckpointSlot slot, CheckpointChanges changes)
    {
        Invariant.Require(slot.Inventory is not null && slot.Generation > 0, "only a file that is known is changed");
        var generation = NextGeneration;
        var update = new CheckpointUpdate(slot, changes, new CheckpointSeal(_identity.ClusterId, _identity.MemberId, generation, 0, 0), _batchBytes);
        _journal.FileNumber = slot.Number;
        try
        {
            using var file = _disk.Open(slot.Path, DiskOpen.ReadWrite);
            using var pages = new PageStream(file, _journal, readAhead: 0, _counters);
            using var lite = new LiteFile(slot.Path, pages);
            slot.Inventory = update.Run(lite);
            slot.Bytes = (slot.Inventory.Bytes, pages.Length);
            slot.Generation = generation;
        }
        catch (IOException)
        {
            slot.Forget();
            throw;
        }
    }

    /// <summary>A new file to write a whole checkpoint into.</summary>
    public WholeCheckpoint Create() => new(_disk, Path.Combine(_directory, MakingName), _batchBytes, _counters);

    /// <summary>The same for a snapshot of the leader, whose transfer may take longer than a checkpoint interval.</summary>
    public WholeCheckpoint Receive() =>
        new(_disk, Path.Combine(_directory, ReceivedName), _batchBytes,
        _counters)
        { GenerationsAhead = CheckpointStoreLimits.CheckpointGenerationsAhead };

    /// <summary>Makes a whole checkpoint durable under its temporary name.</summary>
    public void Complete(WholeCheckpoint whole, byte[] meta) =>
        whole.Complete(meta, new CheckpointSeal(_identity.ClusterId, _identity.MemberId, NextGeneration + whole.GenerationsAhead, 0, 0));

    /// <summary>
    /// Makes a complete one current, atomically and durably, in place of the older file.
    /// </summary>
    public CheckpointSlot Install(WholeCheckpoint whole)
    {
        Invariant.Require(whole.IsComplete && whole.Generation >= NextGeneration, "the newest complete checkpoint is installed");
        var slot = Next;
        slot.Forget();
        // An interrupted change of the file that is replaced must not be done again to the one that replaces it.
        _journal.Invalidate();
        whole.Installed();
        _disk.Rename(whole.TemporaryPath, slot.Path);
        SyncDirectory();
        (slot.Inventory, slot.Bytes, slot.Damage) = (whole.Inventory, whole.Bytes, null);
        slot.Generation = whole.Generation;
        return slot;
    }

    /// <summary>
    /// Keeps a damaged file under another name for inspection and removes its slot. Only the last one is kept: two could fill the disk.
    /// </summary>
    /// <returns>Its new path.</returns>
    public string SetAside(CheckpointSlot slot, DateTimeOffset now)
    {
        foreach (var name in _disk.List(_directory))
        {
            if (name.Contains(CorruptMark, StringComparison.Ordinal))
            {
                _disk.Delete(Path.Combine(_directory, name));
            }
        }

        var kept = slot.Path + CorruptMark + now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        _journal.Invalidate();
        _disk.Rename(slot.Path, kept);
        SyncDirectory();
        slot.Forget();
        slot.Damage = null;
        return kept;
    }

    private long NextGeneration => Math.Max(_slots[0].Generation, _slots[1].Generation) + 1;

    private static void Scan(LiteFile lite, BlobTable table, Inventory inventory, Action<long, byte[]> receive) => lite.Scan(table, (id, bytes) =>
    {
        inventory.Put(table, id, bytes);
        receive(id, bytes);
    });

    private void DeleteUnfinished()
    {
        foreach (var name in (string[])[MakingName, ReceivedName])
        {
            var path = Path.Combine(_directory, name);
            if (_disk.Stat(path) is not null)
            {
                _disk.Delete(path);
            }
        }
    }

    // A journal that cannot be read counts as none: if its pages had not all reached their file, that file's digest shows it.
    private void Redo()
    {
        try
        {
            if (_journal.Read() is not { } work || work.FileNumber < 0 || work.FileNumber >= _slots.Length)
            {
                return;
            }

            var path = _slots[work.FileNumber].Path;
            if (_disk.Stat(path) is null)
            {
                return;
            }

            using var file = _disk.Open(path, DiskOpen.ReadWrite);
            if (Differs(file, work.Pages))
            {
                PageStream.WriteRuns(file, work.Pages, _counters);
                _counters.Flush(file);
            }
        }
        catch (DiskException unreadable) when (unreadable.Fault == DiskFault.Medium)
        {
            JournalFailure = unreadable;
        }
    }

    private static bool Differs(IDiskFile file, SortedDictionary<long, byte[]> pages)
    {
        var present = new byte[PageStream.PageSize];
        foreach (var (position, page) in pages)
        {
            if (file.Read(position, present) < present.Length || !present.AsSpan().SequenceEqual(page))
            {
                return true;
            }
        }

        return false;
    }

    private void Look(CheckpointSlot slot)
    {
        if (_disk.Stat(slot.Path) is null)
        {
            return;
        }

        try
        {
            slot.Generation = SealOf(slot).Generation;
            if (slot.Generation == 0)
            {
                slot.Damage = new CheckpointException(slot.Path, "a change of it was interrupted") { IsUnfinished = true };
            }
        }
        catch (CheckpointException damage) when (!damage.IsForeign)
        {
            slot.Damage = damage;
        }
        catch (DiskException unreadable) when (unreadable.Fault == DiskFault.Medium)
        {
            slot.Damage = new CheckpointException(slot.Path, "a part of it cannot be read from the card", unreadable);
        }
    }

    private CheckpointSeal SealOf(CheckpointSlot slot)
    {
        using var file = OpenForReading(slot.Path);
        if (file.Length < PageStream.PageSize)
        {
            throw new CheckpointException(slot.Path, $"it has {file.Length} bytes, less than a page");
        }

        using var pages = new PageStream(file, journal: null, readAhead: 0, _counters);
        using var lite = new LiteFile(slot.Path, pages);
        var seal = lite.ReadSeal() ?? throw new CheckpointException(slot.Path, "it was never completed");
        return seal.ClusterId == _identity.ClusterId && seal.MemberId == _identity.MemberId ? seal : throw new CheckpointException(slot.Path,
            $"it is of member {seal.MemberId:x} of cluster {seal.ClusterId:x}, not of this one; move it away, or start with the data directory "
                + $"it belongs to")
        {
            IsForeign = true,
        };
    }

    private IDiskFile OpenForReading(string path) => _disk.Open(path, DiskOpen.Read);

    private void SyncDirectory()
    {
        _disk.SyncDirectory(_directory);
        _counters.AddSync();
    }
}
