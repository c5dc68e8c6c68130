using EtcdEdge.Storage;
using EtcdEdge.Testing;

namespace EtcdEdge.Simulation.Members;

/// <summary>
/// A disk whose flushes do nothing (<see cref="Bug.AcknowledgeBeforeFlush"/>). Directories are still flushed, so that the log is found at all.
/// </summary>
internal sealed class UnflushedDisk(SimDisk disk) : IDisk
{
    public IDiskFile Open(string path, DiskOpen mode) => new File(disk.Open(path, mode));

    public DiskEntry? Stat(string path) => disk.Stat(path);

    public IReadOnlyList<string> List(string directory) => disk.List(directory);

    public void CreateDirectory(string path) => disk.CreateDirectory(path);

    public void Rename(string from, string to) => disk.Rename(from, to);

    public void Delete(string path) => disk.Delete(path);

    public void SyncDirectory(string path) => disk.SyncDirectory(path);

    public IDisposable Lock(string path) => disk.Lock(path);

    public long FreeSpace(string path) => disk.FreeSpace(path);

    private sealed class File(IDiskFile file) : IDiskFile
    {
        private bool _hasGroup;

        public string Path => file.Path;

        public int Unit => file.Unit;

        public long Length => file.Length;

        public int Read(long offset, Span<byte> into) => file.Read(offset, into);

        public void Write(long offset, ReadOnlySpan<byte> bytes) => file.Write(offset, bytes);

        public void SyncData()
        {
            // The first flush of an open file is honest: it is a new segment's header, without which there is no log to lose from.
            if (!_hasGroup)
            {
                file.SyncData();
            }

            _hasGroup = true;
        }

        public void Allocate(long length) => file.Allocate(length);

        public void Truncate(long length) => file.Truncate(length);

        public void DropCache() => file.DropCache();

        public void Dispose() => file.Dispose();
    }
}
