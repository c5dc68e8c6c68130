namespace EtcdEdge.Storage.Wal;

/// <content>Recovery: from files to a log that can be appended to.</content>
public sealed partial class WriteAheadLog
{
    private WriteAheadLog(IDisk disk, string directory, WalOptions options)
    {
        _disk = disk;
        _directory = directory;
        _options = options;
        _counters = new WalCounters();
        _spares = new SpareSegments(disk, directory, options, _counters);
    }

    /// <summary>
    /// Reads the log in <paramref name="directory"/> into <paramref name="replay"/>, cuts a torn last write, and makes what was read durable
    /// before it returns. Damage is a value in the result; <see cref="DiskException"/> is the disk refusing.
    /// </summary>
    public static WalOpening Open(IDisk disk, string directory, WalOptions options, IWalReplay replay)
    {
        options.Check();
        var listing = LogDirectory.List(disk, directory);
        using var reader = new LogReader(disk, options, replay);
        var damage = listing.Segments.Count == 0 && !options.Create ? MissingLog(directory) : reader.Read(listing.Segments);
        WalDamage? accepted = null;
        if (damage is not null && options.AcceptLoss && LogRepair.CanCut(damage))
        {
            LogRepair.DropBehind(disk, directory, reader, listing);
            (accepted, damage) = (damage, null);
        }

        var recovery = Describe(reader, listing, accepted);
        if (damage is not null)
        {
            return new WalOpening { Damage = damage, EndsWith = EndOf(disk, listing, options), Recovery = recovery };
        }

        var log = new WriteAheadLog(disk, directory, options);
        try
        {
            return new WalOpening { Log = log, Recovery = recovery with { TornBytes = log.Resume(reader, listing, accepted is not null) } };
        }
        catch (DiskException)
        {
            log.Dispose();
            throw;
        }
    }

    private static ulong EndOf(IDisk disk, LogDirectory listing, WalOptions options)
    {
        using var reader = new LogReader(disk, options with { CoveredUpTo = ulong.MaxValue }, NoReplay.Instance);
        return reader.Read(listing.Segments) is null ? reader.LastIndex : 0;
    }

    private static WalDamage MissingLog(string directory) => new()
    {
        Kind = WalDamageKind.SegmentMissing,
        Segment = directory,
        Offset = 0,
        FirstIndex = 1,
        Detail = "the member has run before but its log is gone",
    };

    private static WalRecovery Describe(LogReader reader, LogDirectory listing, WalDamage? accepted) => new()
    {
        Groups = reader.Groups,
        Entries = reader.Entries,
        Segments = reader.Segments.Count,
        LastIndex = reader.LastIndex,
        AcceptedLoss = accepted,
        Covered = reader.Covered,
        Ignored = listing.Others,
    };

    // A spare's old sectors have lower sequence numbers than any group to come, unless the numbers start again from an earlier one.
    private long Resume(LogReader reader, LogDirectory listing, bool wasCut)
    {
        var restarts = wasCut || reader.Segments.Count == 0;
        listing.DeleteUnfinished(_disk, _directory);
        foreach (var spare in listing.Spares)
        {
            _spares.Adopt(spare, keep: !restarts);
        }

        foreach (var segment in reader.Segments)
        {
            _counters.AddOnDisk(segment.Length);
            _counters.AddInUse(segment.Length);
        }

        if (reader.Segments.Count == 0)
        {
            Begin();
            return 0;
        }

        (_sequence, _digest, _hardState) = (reader.Sequence, reader.Digest, reader.HardState);
        return ResumeLast(reader);
    }

    // An empty group makes the log exist, so that an empty directory can never again pass for a new member's.
    private void Begin()
    {
        var group = TakeGroup();
        Write(group);
        Pool(group);
    }

    private long ResumeLast(LogReader reader)
    {
        var last = reader.Segments[^1];
        foreach (var full in reader.Segments[..^1])
        {
            _full.Enqueue(full);
        }

        _active = last;
        _file = _disk.Open(last.Path, DiskOpen.Direct);
        using var segment = reader.OpenReader(last.Path);
        var torn = LogRepair.Wipe(_file, segment, last, reader.Sequence);
        // What was read may have come from the kernel's memory, of a process that was killed before its flush.
        _file.SyncData();
        _counters.AddSync();
        _spares.SyncDirectory();
        return torn;
    }
}
