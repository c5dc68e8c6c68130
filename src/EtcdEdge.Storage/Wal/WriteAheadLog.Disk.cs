using EtcdEdge.Base;

namespace EtcdEdge.Storage.Wal;

/// <content>What the disk thread does.</content>
public sealed partial class WriteAheadLog
{
    private readonly IDisk _disk;
    private readonly string _directory;
    private readonly WalOptions _options;
    private readonly WalCounters _counters;
    private readonly SpareSegments _spares;
    private readonly Queue<Segment> _full = new();
    private Segment? _active;
    private IDiskFile? _file;
    private ulong _sequence;
    private uint _digest;
    private ulong _releaseBefore;
    private bool _unsound;

    /// <summary>Disk thread: makes a sealed group durable. Groups must come in the order they were sealed.</summary>
    public void Write(WalGroup group)
    {
        Invariant.Require(!_unsound, "nothing is written after a failed write");
        _unsound = true;
        var started = _options.Time.GetTimestamp();
        if (_active is { } active && PaddedLength(group, active.PageSize) <= active.Length - active.Position)
        {
            WriteInto(active, group, started);
        }
        else
        {
            StartSegment(group, started);
        }

        _unsound = false;
    }

    /// <summary>
    /// For the writer of groups: whether <see cref="Maintain"/> should be called soon, because the next segment would have to be zero-filled while a
    /// group waits.
    /// </summary>
    public bool WantsSpare => _spares is { Count: 0, HasFailed: false };

    /// <summary>Disk thread, when no group waits: does one small piece of upkeep. True when there is more to do.</summary>
    public bool Maintain()
    {
        Invariant.Require(!_unsound, "nothing is written after a failed write");
        return TryFree() || _spares.Prepare();
    }

    /// <summary>
    /// Disk thread, at the end: writes a last group without entries. It proves that the entries before it were flushed, so that damage to them while
    /// the machine is off is distinguished from a torn write. Throws <see cref="DiskException"/>; nothing acknowledged depends on it.
    /// </summary>
    public void Close()
    {
        Invariant.Require(_open is null, "the node loop has sealed everything before the log is closed");
        if (!_unsound)
        {
            var group = TakeGroup();
            group.HardState = _hardState;
            Write(group);
            Pool(group);
        }

        Dispose();
    }

    /// <summary>Closes the files and writes nothing.</summary>
    public void Dispose()
    {
        _file?.Dispose();
        _file = null;
        _spares.Dispose();
        while (_pool.TryPop(out var group))
        {
            group.Buffer.Dispose();
        }
    }

    // One by one and oldest first, each flushed: a power cut between two leaves a log without a gap.
    private bool TryFree()
    {
        if (!_full.TryPeek(out var oldest) || oldest.HighestIndex >= Volatile.Read(ref _releaseBefore))
        {
            return false;
        }

        _spares.Keep(_full.Dequeue());
        _counters.AddInUse(-oldest.Length);
        return true;
    }

    private static long PaddedLength(WalGroup group, int pageSize) => (group.Bytes + pageSize - 1L) / pageSize * pageSize;

    // With O_DIRECT only the group's own sectors reach the disk; the older rest of the page is not read. With the page cache the whole page is
    // written anyway, so it is written in one piece.
    private static int UnitOf(IDiskFile file, Segment segment) => file.Unit == 1 ? segment.PageSize : Math.Max(file.Unit, Sector.Size);

    private void WriteInto(Segment segment, WalGroup group, long started)
    {
        var room = PaddedLength(group, segment.PageSize);
        var (length, digest) = group.Stamp(_sequence + 1, segment.Number, _digest, segment.Position, UnitOf(_file!, segment));
        _file!.Write(segment.Position, group.Buffer.Span[..length]);
        var written = _options.Time.GetTimestamp();
        _file.SyncData();
        _counters.AddWritten(length);
        _counters.AddSync();
        _counters.AddGroup(group.Count, room);
        (_sequence, _digest) = (_sequence + 1, digest);
        segment.Position += room;
        segment.HighestIndex = Math.Max(segment.HighestIndex, group.Highest);
        _options.Flushed?.Invoke(new WalFlush(
            _options.Time.GetElapsedTime(started, written), _options.Time.GetElapsedTime(written), length, group.Count));
    }

    // The file gets its name only when header and first group are flushed in it: a named segment without a whole group has lost one.
    private void StartSegment(WalGroup group, long started)
    {
        var page = _options.PageSize;
        var needed = page + PaddedLength(group, page);
        var isLarge = needed > _options.SegmentSize;
        if (_spares.Count == 0)
        {
            // Where groups come without a pause nothing has been freed in between, and a segment that is free already needs no zeros.
            TryFree();
        }

        var unnamed = isLarge ? CreateLarge(needed) : _spares.Take();
        var number = (_active?.Number ?? 0) + 1;
        var segment = new Segment
        {
            Number = number,
            Path = Path.Combine(_directory, SegmentName.Of(number)),
            Length = isLarge ? needed : _options.SegmentSize,
            PageSize = page,
            Position = page,
        };
        _file?.Dispose();
        _file = _disk.Open(unnamed, DiskOpen.Direct);
        WriteHeader(segment);
        WriteInto(segment, group, started);
        _disk.Rename(unnamed, segment.Path);
        _spares.SyncDirectory();
        // Opened again so that a later failure names the segment, not the spare it was.
        _file.Dispose();
        _file = _disk.Open(segment.Path, DiskOpen.Direct);
        if (_active is not null)
        {
            _full.Enqueue(_active);
        }

        _active = segment;
        _counters.AddInUse(segment.Length);
        _counters.AddStarted();
    }

    private void WriteHeader(Segment segment)
    {
        using var page = new PageBuffer(segment.PageSize);
        var header = page.Span[..segment.PageSize];
        header.Clear();
        var (cluster, member) = (_options.ClusterId, _options.MemberId);
        new SegmentHeader(segment.PageSize, segment.Number, segment.Length, cluster, member, _sequence + 1, _digest).Write(header);
        _file!.Write(0, header);
        _counters.AddWritten(header.Length);
    }

    // Not zero-filled: a group this large is rare, and writing it twice would cost more than one journal commit.
    private string CreateLarge(long length)
    {
        var path = Path.Combine(_directory, SegmentName.LargeInMaking);
        using var file = _disk.Open(path, DiskOpen.Create);
        file.Allocate(length);
        _counters.AddOnDisk(length);
        return path;
    }
}
