using System.Runtime.InteropServices;

namespace EtcdEdge.Storage;

/// <summary>A file descriptor of <see cref="FileDisk"/>. Interrupted calls are retried, a failed flush never is.</summary>
internal sealed class UnixFile : IDiskFile
{
    private const int OwnerOnlyFile = 0x180;
    private readonly int _fd;
    private int _flushErrno;
    private bool _closed;

    /// <param name="path">The file.</param>
    /// <param name="flags">Of open(2); closing on exec is added.</param>
    /// <param name="unit">Where O_DIRECT is among them: what the device takes at least.</param>
    public UnixFile(string path, int flags, int unit = 1)
    {
        Path = path;
        Unit = unit;
        do
        {
            _fd = Libc.Open(path, flags | Libc.O_CLOEXEC, OwnerOnlyFile);
        }
        while (_fd < 0 && Interrupted());
        Check(_fd, "open");
    }

    /// <summary>Where the bytes of a direct write lie in memory is a multiple of this.</summary>
    public const int MemoryAlign = 4096;

    public string Path { get; }

    public int Unit { get; }

    public unsafe long Length
    {
        get
        {
            Libc.StatBuffer stat;
            Check(Libc.Stat(_fd, "", Libc.AT_EMPTY_PATH, Libc.StatxBasic, &stat), "stat");
            return (long)stat.Length;
        }
    }

    public unsafe int Read(long offset, Span<byte> into)
    {
        var done = 0;
        fixed (byte* start = into)
        {
            while (done < into.Length)
            {
                var count = Libc.ReadAt(_fd, start + done, into.Length - done, offset + done);
                if (count == 0)
                {
                    break;
                }

                done += Progress(count, "pread");
            }
        }

        return done;
    }

    public unsafe void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        var done = 0;
        fixed (byte* start = bytes)
        {
            while (done < bytes.Length)
            {
                done += Progress(Libc.WriteAt(_fd, start + done, bytes.Length - done, offset + done), "pwrite");
            }
        }
    }

    // The kernel reports a failed write-back once and then forgets it (the "fsyncgate" of 2018), so a second try would lie.
    public void SyncData()
    {
        if (_flushErrno != 0)
        {
            throw new DiskException("fdatasync", Path, _flushErrno);
        }

        while (Libc.SyncData(_fd) != 0)
        {
            if (!Interrupted())
            {
                _flushErrno = Marshal.GetLastPInvokeError();
                throw new DiskException("fdatasync", Path, _flushErrno);
            }
        }
    }

    public void Sync() => Retry(Libc.Sync, "fsync");

    public void Lock()
    {
        while (Libc.Lock(_fd, Libc.LOCK_EX_NB) != 0)
        {
            if (!Interrupted())
            {
                throw new DiskException("flock", Path, Marshal.GetLastPInvokeError());
            }
        }
    }

    // Filesystems without fallocate (some FUSE and network ones) only lose the early notice of a full disk.
    public void Allocate(long length)
    {
        while (Libc.Allocate(_fd, 0, 0, length) != 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            if (errno == Errno.EOPNOTSUPP)
            {
                Truncate(length);
                return;
            }

            if (errno != Errno.EINTR)
            {
                throw new DiskException("fallocate", Path, errno);
            }
        }
    }

    public void Truncate(long length) => Retry(fd => Libc.Truncate(fd, length), "ftruncate");

    // Only advice: a filesystem that ignores it is as safe as without.
    public void DropCache() => _ = Libc.Advise(_fd, 0, 0, Libc.POSIX_FADV_DONTNEED);

    public void Dispose()
    {
        if (!_closed)
        {
            _closed = true;
            _ = Libc.Close(_fd);
        }
    }

    private static bool Interrupted() => Marshal.GetLastPInvokeError() == Errno.EINTR;

    private int Progress(nint count, string operation)
    {
        if (count >= 0)
        {
            return (int)count;
        }

        return Interrupted() ? 0 : throw new DiskException(operation, Path, Marshal.GetLastPInvokeError());
    }

    private void Retry(Func<int, int> call, string operation)
    {
        int result;
        do
        {
            result = call(_fd);
        }
        while (result != 0 && Interrupted());
        Check(result, operation);
    }

    private void Check(int result, string operation)
    {
        if (result < 0)
        {
            throw new DiskException(operation, Path, Marshal.GetLastPInvokeError());
        }
    }
}
