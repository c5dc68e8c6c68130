using Xunit;

namespace EtcdEdge.EndToEnd.Tests;

/// <summary>A small ext4 file system of its own, in a file mounted through a loop device. Needs root; skips the test without.</summary>
internal sealed class ScratchDisk : IAsyncDisposable
{
    private const int FillerChunkBytes = 1 << 16;
    private readonly ScratchDirectory _scratch = new();

    private ScratchDisk()
    {
    }

    public string DataDirectory => Path.Combine(Mount, "data");

    private string Mount => Path.Combine(_scratch.Path, "mount");

    private string Image => Path.Combine(_scratch.Path, "image");

    private string Filler => Path.Combine(Mount, "filler");

    public static async Task<ScratchDisk> MountAsync(int megabytes)
    {
        Assert.SkipUnless(Environment.UserName == "root", "needs root to mount a file system");
        var disk = new ScratchDisk();
        Directory.CreateDirectory(disk.Mount);
        await Command.OutputOfAsync("truncate", $"--size={megabytes}M", disk.Image);
        await Command.OutputOfAsync("mkfs.ext4", "-q", "-m", "0", disk.Image);
        await Command.OutputOfAsync("mount", "-o", "loop", disk.Image, disk.Mount);
        return disk;
    }

    public Task RemountReadOnlyAsync() => Command.OutputOfAsync("mount", "-o", "remount,ro", Mount);

    /// <summary>Takes the free space but for some of it.</summary>
    public void Fill(long leaving)
    {
        using var file = new FileStream(Filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        while (new DriveInfo(Mount).AvailableFreeSpace > leaving)
        {
            file.Write(new byte[FillerChunkBytes]);
            file.Flush(flushToDisk: true);
        }
    }

    /// <summary>Takes all free space.</summary>
    public void Fill()
    {
        using var file = new FileStream(Filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
            {
                file.Write(new byte[FillerChunkBytes]);
            }
        }
        catch (IOException)
        {
            file.Flush();
        }
    }

    /// <summary>Gives the space back.</summary>
    public void Free() => File.Delete(Filler);

    public async ValueTask DisposeAsync()
    {
        await Command.RunAsync("umount", ["--lazy", Mount]);
        _scratch.Dispose();
    }
}
