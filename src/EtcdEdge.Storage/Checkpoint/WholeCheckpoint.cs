using EtcdEdge.Base;

namespace EtcdEdge.Storage.Checkpoint;

/// <summary>
/// A checkpoint written to a file of its own, in bounded memory, that is not used until <see cref="CheckpointStore.Install"/> makes it current: the
/// first one, one that changes most of the content, one that frees space, and a leader's snapshot. Disposed without being installed, it is deleted.
/// </summary>
public sealed class WholeCheckpoint : IDisposable
{
    private readonly IDisk _disk;
    private readonly IDiskFile _file;
    private readonly PageStream _pages;
    private readonly LiteFile _lite;
    private readonly CheckpointCounters _counters;
    private readonly Inventory _inventory = new();
    private readonly List<(BlobTable Table, long Id, byte[] Bytes)> _batch = [];
    private readonly int _batchLimit;
    private long _batchBytes;
    private bool _closed;

    internal WholeCheckpoint(IDisk disk, string path, int batchBytes, CheckpointCounters counters)
    {
        (_disk, _counters, TemporaryPath, _batchLimit) = (disk, counters, path, batchBytes);
        if (disk.Stat(path) is not null)
        {
            disk.Delete(path);
        }

        _file = disk.Open(path, DiskOpen.Create);
        _pages = new PageStream(_file, journal: null, readAhead: 0, counters);
        _lite = new LiteFile(path, _pages);
    }

    /// <summary>Its own name until it is installed.</summary>
    public string TemporaryPath { get; }

    /// <summary>Durable and sealed: ready to be installed, now or later in this process.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>How far its generation runs ahead, for a file that is completed long before it is installed.</summary>
    internal long GenerationsAhead { get; init; }

    internal Inventory Inventory => _inventory;

    internal (long Blobs, long File) Bytes => (_inventory.Bytes, _pages.Length);

    internal long Generation { get; private set; }

    /// <exception cref="DiskException">The disk refuses.</exception>
    public void AddSegment(long id, byte[] bytes) => Add(BlobTable.Segment, id, bytes);

    /// <exception cref="DiskException">The disk refuses.</exception>
    public void AddHoles(long id, byte[] bytes) => Add(BlobTable.Hole, id, bytes);

    internal void Complete(byte[] meta, CheckpointSeal seal)
    {
        Add(BlobTable.Meta, 0, meta);
        Flush();
        _lite.Transact(() => _lite.Seal(seal with { Blobs = _inventory.Count, Digest = _inventory.Digest }));
        _counters.Flush(_file);
        Generation = seal.Generation;
        IsComplete = true;
        Close();
    }

    internal void Installed() => _closed = true;

    public void Dispose()
    {
        Close();
        if (!_closed)
        {
            _closed = true;
            Discard();
        }
    }

    // A disk that has just failed may refuse this too; a file of this name is deleted when the store is opened or the next one is begun.
    private void Discard()
    {
        try
        {
            _disk.Delete(TemporaryPath);
        }
        catch (DiskException)
        {
            return;
        }
    }

    private void Close()
    {
        _lite.Dispose();
        _file.Dispose();
    }

    private void Add(BlobTable table, long id, byte[] bytes)
    {
        Invariant.Require(!IsComplete, "nothing is added to a checkpoint that is complete");
        _batch.Add((table, id, bytes));
        _batchBytes += bytes.Length;
        if (_batchBytes >= _batchLimit)
        {
            Flush();
        }
    }

    private void Flush()
    {
        _lite.Transact(() =>
        {
            foreach (var (table, id, bytes) in _batch)
            {
                _lite.Put(table, id, bytes, formerLength: -1);
                _inventory.Put(table, id, bytes);
            }
        });
        // Piece by piece: a whole file collected by the kernel would delay the log's next flush.
        _counters.Flush(_file);
        _batch.Clear();
        _batchBytes = 0;
    }
}
