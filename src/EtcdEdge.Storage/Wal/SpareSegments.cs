namespace EtcdEdge.Storage.Wal;

/// <summary>
/// Segments that wait to be used: released ones, and one prepared while the disk is idle, which is the log's reserve when the disk fills
/// up. All blocks of a spare are allocated and written, so that using it changes no metadata. Disk thread only.
/// </summary>
internal sealed class SpareSegments : IDisposable
{
    private static readonly TimeSpan s_retryAfterFailure = TimeSpan.FromSeconds(30);
    private readonly IDisk _disk;
    private readonly string _directory;
    private readonly WalOptions _options;
    private readonly WalCounters _counters;
    private readonly Queue<string> _ready = new();
    private ulong _nextId = 1;
    private IDiskFile? _making;
    private long _zeroed;
    private long _failedAt;

    public SpareSegments(IDisk disk, string directory, WalOptions options, WalCounters counters)
    {
        _disk = disk;
        _directory = directory;
        _options = options;
        _counters = counters;
    }

    public int Count => _ready.Count;

    /// <summary>The last attempt to prepare one in the background failed.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Takes over a spare found at start, or deletes it: one of another size is of no use.</summary>
    public void Adopt(ulong id, bool keep)
    {
        var path = PathOf(SegmentName.OfSpare(id));
        _nextId = Math.Max(_nextId, id + 1);
        var length = _disk.Stat(path)?.Length;
        var fits = keep && _ready.Count < _options.SparesMax && length == _options.SegmentSize;
        if (fits)
        {
            _ready.Enqueue(path);
            _counters.AddOnDisk(_options.SegmentSize);
        }
        else
        {
            _disk.Delete(path);
        }
    }

    /// <summary>
    /// Keeps a released segment, or deletes it. The directory is flushed before anything is written into the file: otherwise a power cut
    /// could bring back its old name over the new bytes.
    /// </summary>
    public void Keep(Segment segment)
    {
        if (!segment.IsDamaged && segment.Length == _options.SegmentSize && _ready.Count < _options.SparesMax)
        {
            var path = PathOf(SegmentName.OfSpare(_nextId++));
            _disk.Rename(segment.Path, path);
            _ready.Enqueue(path);
            _counters.AddRecycled();
        }
        else
        {
            _disk.Delete(segment.Path);
            _counters.AddOnDisk(-segment.Length);
        }

        SyncDirectory();
    }

    /// <summary>A spare to write into, made on the spot when there is none.</summary>
    public string Take()
    {
        while (_ready.Count == 0)
        {
            Step();
        }

        return _ready.Dequeue();
    }

    /// <summary>Does a small part of making a spare if there is none; false when there is nothing to do, or not now.</summary>
    public bool Prepare()
    {
        if (_ready.Count > 0 || (HasFailed && _options.Time.GetElapsedTime(_failedAt) < s_retryAfterFailure))
        {
            return false;
        }

        try
        {
            Step();
            return _ready.Count == 0;
        }
        catch (DiskException e)
        {
            Abandon(e);
            return false;
        }
    }

    public void SyncDirectory()
    {
        _disk.SyncDirectory(_directory);
        _counters.AddSync();
    }

    public void Dispose() => _making?.Dispose();

    private void Step()
    {
        var path = PathOf(SegmentName.SpareInMaking);
        if (_making is null)
        {
            _making = _disk.Open(path, DiskOpen.Create);
            _zeroed = 0;
            _making.Allocate(_options.SegmentSize);
        }

        FillWithZeros(_making);
        if (_zeroed < _options.SegmentSize)
        {
            return;
        }
        // The zeros came in large folios; a page written later into such a folio would make the kernel account and scan the whole of it as dirty.
        _making.DropCache();
        _making.Dispose();
        _making = null;
        var ready = PathOf(SegmentName.OfSpare(_nextId++));
        _disk.Rename(path, ready);
        _ready.Enqueue(ready);
        _counters.AddOnDisk(_options.SegmentSize);
        HasFailed = false;
    }

    private void FillWithZeros(IDiskFile file)
    {
        var chunk = new byte[(int)Math.Min(WalLimits.ZeroFillChunk, _options.SegmentSize - _zeroed)];
        file.Write(_zeroed, chunk);
        file.SyncData();
        _zeroed += chunk.Length;
        _counters.AddWritten(chunk.Length);
        _counters.AddSync();
    }

    // The log does not need this spare yet, so that a full disk stops nothing; it is reported.
    private void Abandon(DiskException failure)
    {
        HasFailed = true;
        _failedAt = _options.Time.GetTimestamp();
        _options.SpareFailed?.Invoke(failure);
        if (_making is null)
        {
            return;
        }

        _making.Dispose();
        _making = null;
        _disk.Delete(PathOf(SegmentName.SpareInMaking));
    }

    private string PathOf(string name) => Path.Combine(_directory, name);
}
