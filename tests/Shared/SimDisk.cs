using EtcdEdge.Storage;

namespace EtcdEdge.Testing;

/// <summary>
/// A disk in memory that behaves as badly as real ones may, and no worse, the same way for the same seed. Its contract:
/// a flushed sector (512 bytes) stays; one that was written and not flushed is kept or lost whole at a crash, in any combination; a
/// directory's changes that were not flushed are kept up to some point, in order, as a journal does; nothing changes by itself.
/// On request: rot (one bit), an unreadable sector, a write that lands elsewhere, a flush that lies, a flush that fails, a full disk, and power
/// that goes at the n-th change. Not thread-safe.
/// </summary>
public sealed class SimDisk : IDisk
{
    internal const int EIO = 5;
    private const int ENOENT = 2;
    private const int EAGAIN = 11;
    private const int EEXIST = 17;
    internal const int EINVAL = 22;
    private const int ENOSPC = 28;
    private const int OwnerOnly = 0x1C0;

    private readonly Random _random;
    private readonly List<(string Directory, Action<SortedDictionary<string, SimInode?>> Apply)> _unflushed = [];
    private readonly HashSet<string> _locks = [];
    private SortedDictionary<string, SimInode?> _seen = new(StringComparer.Ordinal);
    private SortedDictionary<string, SimInode?> _durable = new(StringComparer.Ordinal);
    private int _boot;
    private bool _off;

    /// <summary>A disk with the root directory "/" only.</summary>
    public SimDisk(int seed)
    {
        _random = new Random(seed);
        _seen["/"] = null;
        _durable["/"] = null;
    }

    /// <summary>Bytes all files together may have.</summary>
    public long Capacity { get; set; } = long.MaxValue;

    /// <summary>
    /// Whether the filesystem writes past the kernel's cache where it is asked to; a log's groups are laid out alike with and without.
    /// </summary>
    public bool IsDirect { get; init; } = true;

    /// <summary>Changes left until the power goes during one; negative is never.</summary>
    public int ChangesUntilPowerCut { get; set; } = -1;

    /// <summary>The next crash leaves one sector half written, which a sound disk never does.</summary>
    public bool TearsAtCrash { get; set; }

    /// <summary>Changes made so far: writes, flushes, renames and so on.</summary>
    public int Changes { get; private set; }

    /// <summary>Called before each change with the system call's name and the path; a simulator lets time pass here to stall the disk.</summary>
    public Action<string, string>? BeforeChange { get; set; }

    /// <summary>The power goes and comes back. Open files and locks are gone.</summary>
    public void Crash()
    {
        foreach (var directory in _seen.Keys.Union(_durable.Keys).Order(StringComparer.Ordinal).ToList())
        {
            KeepSomeChanges(directory);
        }

        _unflushed.Clear();
        foreach (var inode in _durable.Values)
        {
            TearsAtCrash = TearsAtCrash && inode?.TryTear(_random) != true;
            inode?.Crash(_random);
        }

        TearsAtCrash = false;
        _seen = new(_durable, StringComparer.Ordinal);
        Restart();
        ChangesUntilPowerCut = -1;
    }

    /// <summary>The process is killed and started again: the kernel keeps what was written.</summary>
    public void Restart()
    {
        _locks.Clear();
        _boot++;
        _off = false;
    }

    /// <summary>Flips one bit of a file, on the medium and in memory.</summary>
    public void Flip(string path, long bit) => Find(path).Flip(bit);

    /// <summary>The sector at this offset cannot be read until it is written.</summary>
    public void MakeUnreadable(string path, long offset) => Find(path).MakeUnreadable(offset);

    /// <summary>The next flush of the file puts its sectors this many sectors further.</summary>
    public void MisdirectNextFlush(string path, long sectors) => Find(path).Misdirection = sectors;

    /// <summary>The next flush of the file succeeds and loses everything.</summary>
    public void LoseNextFlush(string path) => Find(path).LosesNextFlush = true;

    /// <summary>The next flush of the file fails.</summary>
    public void FailNextFlush(string path) => Find(path).FailsNextFlush = true;

    /// <summary>A file's bytes as a program sees them.</summary>
    public byte[] Contents(string path) => Find(path).Read(0, int.MaxValue).ToArray();

    /// <summary>Replaces a file, durably, as an operator with an editor would.</summary>
    public void Replace(string path, ReadOnlySpan<byte> bytes)
    {
        var inode = new SimInode();
        inode.Write(0, bytes);
        _ = inode.Flush();
        _seen[path] = inode;
        _durable[path] = inode;
    }

    public IDiskFile Open(string path, DiskOpen mode)
    {
        CheckPower(_boot);
        if (mode != DiskOpen.Create)
        {
            return new SimFile(this, Find(path), path, _boot) { Unit = mode == DiskOpen.Direct && IsDirect ? SimInode.SectorSize : 1 };
        }

        if (_seen.ContainsKey(path))
        {
            throw new DiskException("open", path, EEXIST);
        }

        var inode = new SimInode();
        Change("open", path, names => names[path] = inode);
        return new SimFile(this, inode, path, _boot);
    }

    public DiskEntry? Stat(string path)
    {
        CheckPower(_boot);
        return _seen.TryGetValue(path, out var inode) ? new DiskEntry(inode is null, inode?.Length ?? 0, OwnerOnly, true) : null;
    }

    public IReadOnlyList<string> List(string directory)
    {
        CheckPower(_boot);
        return [.. _seen.Keys.Where(path => path != "/" && Path.GetDirectoryName(path) == directory).Select(path => Path.GetFileName(path))];
    }

    public void CreateDirectory(string path) => Change("mkdir", path, names => names[path] = null);

    public void Rename(string from, string to)
    {
        var inode = Find(from);
        Change("rename", from, names =>
        {
            names.Remove(from);
            names[to] = inode;
        });
    }

    public void Delete(string path)
    {
        _ = Find(path);
        Change("unlink", path, names => names.Remove(path));
    }

    public void SyncDirectory(string path)
    {
        CheckPower(_boot);
        Step("fsync", path);
        foreach (var (_, apply) in _unflushed.Where(change => change.Directory == path))
        {
            apply(_durable);
        }

        _unflushed.RemoveAll(change => change.Directory == path);
    }

    public IDisposable Lock(string path)
    {
        CheckPower(_boot);
        if (!_seen.ContainsKey(path))
        {
            Replace(path, []);
        }

        return _locks.Add(path) ? new Held(_locks, path) : throw new DiskException("flock", path, EAGAIN);
    }

    public long FreeSpace(string path) => Capacity - Used();

    internal void CheckPower(int boot)
    {
        if (_off || boot != _boot)
        {
            throw new PowerCutException();
        }
    }

    internal void CheckSpace(string path, long more)
    {
        if (more > 0 && Used() > Capacity - more)
        {
            throw new DiskException("fallocate", path, ENOSPC);
        }
    }

    internal void Step(string call, string path)
    {
        BeforeChange?.Invoke(call, path);
        Changes++;
        if (ChangesUntilPowerCut >= 0 && ChangesUntilPowerCut-- == 0)
        {
            _off = true;
            throw new PowerCutException();
        }
    }

    private SimInode Find(string path) =>
        _seen.TryGetValue(path, out var inode) && inode is not null ? inode : throw new DiskException("open", path, ENOENT);

    private void Change(string call, string path, Action<SortedDictionary<string, SimInode?>> apply)
    {
        CheckPower(_boot);
        apply(_seen);
        _unflushed.Add((Path.GetDirectoryName(path)!, apply));
        Step(call, path);
    }

    private void KeepSomeChanges(string directory)
    {
        var changes = _unflushed.Where(change => change.Directory == directory).ToList();
        foreach (var (_, apply) in changes.Take(_random.Next(changes.Count + 1)))
        {
            apply(_durable);
        }
    }

    private long Used() => _seen.Values.Sum(inode => inode?.Length ?? 0);

    private sealed class Held(HashSet<string> locks, string path) : IDisposable
    {
        public void Dispose() => locks.Remove(path);
    }
}
