using EtcdEdge.Storage;

namespace EtcdEdge.Testing;

/// <summary>An open file of <see cref="SimDisk"/>; useless after a crash, as a descriptor is after a reboot.</summary>
internal sealed class SimFile : IDiskFile
{
    private readonly SimDisk _disk;
    private readonly SimInode _inode;
    private readonly int _boot;

    public SimFile(SimDisk disk, SimInode inode, string path, int boot)
    {
        _disk = disk;
        _inode = inode;
        _boot = boot;
        Path = path;
    }

    public string Path { get; }

    public int Unit { get; init; } = 1;

    public long Length => _inode.Length;

    public int Read(long offset, Span<byte> into)
    {
        _disk.CheckPower(_boot);
        if (_inode.IsUnreadable(offset, into.Length))
        {
            throw new DiskException("pread", Path, SimDisk.EIO);
        }

        var bytes = _inode.Read(offset, into.Length);
        bytes.CopyTo(into);
        return bytes.Length;
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        _disk.CheckPower(_boot);
        if (offset % Unit != 0 || bytes.Length % Unit != 0)
        {
            throw new DiskException("pwrite", Path, SimDisk.EINVAL);
        }

        _disk.CheckSpace(Path, offset + bytes.Length - _inode.Length);
        _inode.Write(offset, bytes);
        _disk.Step("pwrite", Path);
    }

    public void SyncData()
    {
        _disk.CheckPower(_boot);
        _disk.Step("fdatasync", Path);
        if (!_inode.Flush())
        {
            throw new DiskException("fdatasync", Path, SimDisk.EIO);
        }
    }

    public void Allocate(long length)
    {
        _disk.CheckPower(_boot);
        _disk.CheckSpace(Path, length - _inode.Length);
        _inode.Resize(Math.Max(length, _inode.Length));
        _disk.Step("fallocate", Path);
    }

    public void Truncate(long length)
    {
        _disk.CheckPower(_boot);
        _inode.Resize(length);
        _disk.Step("ftruncate", Path);
    }

    public void DropCache() => _disk.CheckPower(_boot);

    public void Dispose()
    {
    }
}
