using System.Globalization;

namespace EtcdEdge.Storage;

/// <summary>
/// A member's directory on the disk, locked for this process until it is disposed. Layout, as etcd's:
/// <c>member/format</c>, <c>member/lock</c>, <c>member/wal/</c> (or <c>--wal-dir</c>), <c>member/snap/</c>.
/// </summary>
public sealed class DataDirectory : IDisposable
{
    private const int OwnerOnly = 0x1C0;
    private const string FormatFile = "format";
    private const string FormatInMaking = "format.tmp";
    private readonly IDisk _disk;
    private readonly List<string> _warnings = [];
    private readonly List<IDisposable> _locks = [];

    private DataDirectory(IDisk disk, string path, string? walPath)
    {
        _disk = disk;
        MemberPath = Path.Combine(path, "member");
        WalPath = walPath ?? Path.Combine(MemberPath, "wal");
        SnapshotPath = Path.Combine(MemberPath, "snap");
    }

    public string MemberPath { get; }

    /// <summary>The file whose existence shows that a member has run in the data directory <paramref name="path"/>.</summary>
    public static string IdentityFileOf(string path) => Path.Combine(path, "member", FormatFile);

    /// <summary>The directory of the log's segments.</summary>
    public string WalPath { get; }

    /// <summary>The directory of the checkpoints.</summary>
    public string SnapshotPath { get; }

    /// <summary>The identity of the member; null for an empty directory.</summary>
    public MemberIdentity? Identity { get; private set; }

    /// <summary>Remarks for the operator that do not prevent a start; one line each.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>
    /// Makes the directory if need be, locks it and reads whose it is. Throws <see cref="DataDirectoryException"/> when it is in use, belongs to
    /// etcd itself, or cannot be understood, and <see cref="DiskException"/> when the system refuses.
    /// </summary>
    public static DataDirectory Open(IDisk disk, string path, string? walPath)
    {
        var directory = new DataDirectory(disk, path, string.IsNullOrEmpty(walPath) ? null : walPath);
        try
        {
            directory.Make(path);
            directory.Make(directory.MemberPath);
            directory.Lock(directory.MemberPath);
            directory.Make(directory.WalPath);
            directory.Make(directory.SnapshotPath);
            if (walPath is { Length: > 0 })
            {
                directory.Lock(directory.WalPath);
            }

            directory.ReadIdentity();
            directory.RefuseEtcd();
            directory.DeleteUnfinished();
            return directory;
        }
        catch (IOException)
        {
            directory.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Writes whose directory this is, or checks that it is the same member's. For a new member call it when its log exists: from then on a
    /// missing log is a lost one.
    /// </summary>
    public void Claim(MemberIdentity identity)
    {
        if (Identity is null)
        {
            Write(identity);
            Identity = identity;
        }
        else if (Identity.ClusterId != identity.ClusterId || Identity.MemberId != identity.MemberId)
        {
            throw new DataDirectoryException(
                $"{MemberPath} belongs to {Describe(Identity)}, not to {Describe(identity)}; start with its own --data-dir");
        }
    }

    public void Dispose()
    {
        foreach (var held in _locks)
        {
            held.Dispose();
        }

        _locks.Clear();
    }

    private static string Describe(MemberIdentity who) =>
        string.Create(CultureInfo.InvariantCulture, $"member {who.MemberId:x} ({who.Name}) of cluster {who.ClusterId:x}");

    private void Make(string path)
    {
        if (_disk.Stat(path) is not { } entry)
        {
            var parent = Path.GetDirectoryName(Path.GetFullPath(path))!;
            if (_disk.Stat(parent) is null)
            {
                Make(parent);
            }

            _disk.CreateDirectory(path);
            _disk.SyncDirectory(parent);
            return;
        }

        if (!entry.IsDirectory)
        {
            throw new DataDirectoryException($"{path} is a file, not a directory; choose another --data-dir or --wal-dir");
        }

        if (!entry.OwnedByUs)
        {
            _warnings.Add($"directory {path} belongs to another user than the one this process runs as");
        }

        if (entry.Mode != OwnerOnly)
        {
            _warnings.Add($"directory {path} has mode {Convert.ToString(entry.Mode, 8)}; 700 keeps others from reading the data");
        }
    }

    private void Lock(string directory)
    {
        try
        {
            _locks.Add(_disk.Lock(Path.Combine(directory, SegmentName.LockFile)));
        }
        catch (DiskException e) when (e.Fault == DiskFault.Busy)
        {
            throw new DataDirectoryException($"{directory} is in use by another process; stop it, or start with another --data-dir");
        }
    }

    private void RefuseEtcd()
    {
        var database = Path.Combine(SnapshotPath, "db");
        string? trace = null;
        foreach (var name in _disk.List(WalPath))
        {
            if (name.EndsWith(".wal", StringComparison.Ordinal))
            {
                trace ??= Path.Combine(WalPath, name);
            }
        }

        if (_disk.Stat(database) is not null)
        {
            if (trace is null && Identity is not null)
            {
                // Without a log of etcd's it was not etcd that ran here: its tools make a database where they find none.
                _warnings.Add($"{database} was made by a tool of etcd's (etcdutl defrag) in this member's directory; it is not read and can be "
                    + $"deleted");
                return;
            }

            trace = database;
        }

        if (trace is not null)
        {
            throw new DataDirectoryException(
                $"{trace} is etcd's own data, which EtcdEdge does not open; take it over with etcdedge import --data-dir, which makes another "
                    + $"directory of it");
        }
    }

    private void ReadIdentity()
    {
        var path = Path.Combine(MemberPath, FormatFile);
        if (_disk.Stat(path) is null)
        {
            return;
        }

        using var file = _disk.Open(path, DiskOpen.Read);
        var bytes = new byte[DataDirectoryLimits.IdentityFileSize];
        var length = file.Read(0, bytes);
        Identity = MemberIdentity.Decode(bytes.AsSpan(0, length), out var reason)
            ?? throw new DataDirectoryException($"{path} cannot be used: {reason}");
    }

    private void DeleteUnfinished()
    {
        var temporary = Path.Combine(MemberPath, FormatInMaking);
        if (_disk.Stat(temporary) is not null)
        {
            _disk.Delete(temporary);
        }
    }

    // Temporary file, flush, rename, directory flush: after a power cut there is the whole file or none.
    private void Write(MemberIdentity identity)
    {
        DeleteUnfinished();
        var temporary = Path.Combine(MemberPath, FormatInMaking);
        using (var file = _disk.Open(temporary, DiskOpen.Create))
        {
            file.Write(0, identity.Encode());
            file.SyncData();
        }

        _disk.Rename(temporary, Path.Combine(MemberPath, FormatFile));
        _disk.SyncDirectory(MemberPath);
    }
}
