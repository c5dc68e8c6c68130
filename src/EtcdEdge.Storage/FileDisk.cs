using System.Runtime.InteropServices;

namespace EtcdEdge.Storage;

/// <summary>The real filesystem, by direct system calls. Stateless; any thread.</summary>
public sealed class FileDisk : IDisk
{
    private const int DirectoryFlag = 0x4000;
    private const int TypeMask = 0xF000;
    private const int PermissionMask = 0x1FF;
    private const int OwnerOnlyDirectory = 0x1C0;

    public IDiskFile Open(string path, DiskOpen mode) => mode switch
    {
        DiskOpen.Read => new UnixFile(path, Libc.O_RDONLY),
        DiskOpen.ReadWrite => new UnixFile(path, Libc.O_RDWR),
        DiskOpen.Direct when DirectUnitOf(path) is var unit and > 0 => new UnixFile(path, Libc.O_RDWR | Libc.O_DIRECT, unit),
        DiskOpen.Direct => new UnixFile(path, Libc.O_RDWR),
        _ => new UnixFile(path, Libc.O_RDWR | Libc.O_CREAT | Libc.O_EXCL),
    };

    public unsafe DiskEntry? Stat(string path)
    {
        Libc.StatBuffer stat;
        if (Libc.Stat(Libc.AT_FDCWD, path, 0, Libc.StatxBasic, &stat) == 0)
        {
            var isDirectory = (stat.Mode & TypeMask) == DirectoryFlag;
            return new DiskEntry(isDirectory, (long)stat.Length, stat.Mode & PermissionMask, stat.Owner == Libc.EffectiveUser());
        }

        var errno = Marshal.GetLastPInvokeError();
        return errno == Errno.ENOENT ? null : throw new DiskException("stat", path, errno);
    }

    public IReadOnlyList<string> List(string directory)
    {
        try
        {
            var names = new List<string>();
            foreach (var path in Directory.EnumerateFileSystemEntries(directory))
            {
                names.Add(Path.GetFileName(path));
            }

            names.Sort(StringComparer.Ordinal);
            return names;
        }
        catch (UnauthorizedAccessException)
        {
            throw new DiskException("list", directory, Errno.EACCES);
        }
        catch (DirectoryNotFoundException)
        {
            throw new DiskException("list", directory, Errno.ENOENT);
        }
        catch (IOException e)
        {
            throw new DiskException("list", directory, Errno.EIO, e.Message);
        }
    }

    public void CreateDirectory(string path) => Check(Libc.MakeDirectory(path, OwnerOnlyDirectory), "mkdir", path);

    public void Rename(string from, string to) => Check(Libc.Rename(from, to), "rename", from);

    public void Delete(string path) => Check(Libc.Unlink(path), "unlink", path);

    public void SyncDirectory(string path)
    {
        using var directory = new UnixFile(path, Libc.O_RDONLY);
        directory.Sync();
    }

    public IDisposable Lock(string path)
    {
        var file = new UnixFile(path, Libc.O_RDWR | Libc.O_CREAT);
        try
        {
            file.Lock();
            return file;
        }
        catch (DiskException)
        {
            file.Dispose();
            throw;
        }
    }

    public long FreeSpace(string path)
    {
        try
        {
            return new DriveInfo(path).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DiskException("statfs", path, Errno.EIO, e.Message);
        }
    }

    /// <summary>The device of a path, or null when the system does not report it.</summary>
    internal static unsafe (uint Major, uint Minor)? DeviceOf(string path)
    {
        Libc.StatBuffer stat;
        return Libc.Stat(Libc.AT_FDCWD, path, 0, Libc.StatxBasic, &stat) == 0 ? (stat.DeviceMajor, stat.DeviceMinor) : null;
    }

    // Kernels before 6.1 do not report it, and not every file system does.
    private static unsafe int DirectUnitOf(string path)
    {
        Libc.StatBuffer stat;
        var isTold = Libc.Stat(Libc.AT_FDCWD, path, 0, Libc.StatxDirect, &stat) == 0 && (stat.Mask & Libc.StatxDirect) != 0;
        return isTold && stat.DirectMemoryAlign <= UnixFile.MemoryAlign ? (int)stat.DirectOffsetAlign : 0;
    }

    private static void Check(int result, string operation, string path)
    {
        if (result != 0)
        {
            throw new DiskException(operation, path, Marshal.GetLastPInvokeError());
        }
    }
}
