using System.Diagnostics;
using EtcdEdge.Storage.Tests.Wal;
using EtcdEdge.Storage.Wal;

namespace EtcdEdge.Storage.Tests;

// Goal: the real filesystem behaves as IDisk promises. Method: a temporary directory; the calls themselves under strace where there is one.
public sealed class FileDiskTests : IDisposable
{
    private const string TraceVariable = "ETCDEDGE_TRACED_DIRECTORY";
    private readonly FileDisk _disk = new();
    private readonly string _path = Directory.CreateTempSubdirectory("etcdedge-").FullName;

    public void Dispose() => Directory.Delete(_path, recursive: true);

    [Fact]
    public void Files_are_written_read_renamed_listed_and_deleted()
    {
        var a = Path.Combine(_path, "a");
        using (var file = _disk.Open(a, DiskOpen.Create))
        {
            file.Allocate(10_000);
            file.Write(5, "hello"u8);
            file.SyncData();
            file.DropCache();
            var back = new byte[20_000];
            Assert.Equal(10_000, file.Read(0, back));
            Assert.Equal("hello"u8.ToArray(), back[5..10]);
            file.Truncate(100);
            Assert.Equal(100, file.Length);
        }

        Assert.Equal(new DiskEntry(false, 100, 0x180, true), _disk.Stat(a));
        _disk.Rename(a, Path.Combine(_path, "b"));
        _disk.SyncDirectory(_path);
        Assert.Equal(["b"], _disk.List(_path));
        _disk.Delete(Path.Combine(_path, "b"));
        Assert.Null(_disk.Stat(a));
        Assert.True(_disk.FreeSpace(_path) > 0);
    }

    [Fact]
    public void Refusals_say_what_where_and_why()
    {
        var missing = Path.Combine(_path, "missing");
        var refusal = Assert.Throws<DiskException>(() => _disk.Open(missing, DiskOpen.Read));
        Assert.Equal($"open {missing}: ENOENT: no such file or directory", refusal.Message);
        Assert.Equal(DiskFault.Exists, Assert.Throws<DiskException>(() => _disk.CreateDirectory(_path)).Fault);
        Assert.Equal(DiskFault.NotFound, Assert.Throws<DiskException>(() => _disk.List(missing)).Fault);
        Assert.Equal(DiskFault.NotFound, Assert.Throws<DiskException>(() => _disk.Delete(missing)).Fault);
    }

    [Fact]
    public void A_lock_is_exclusive_and_goes_with_its_holder()
    {
        var path = Path.Combine(_path, "lock");
        var held = _disk.Lock(path);
        Assert.Equal(DiskFault.Busy, Assert.Throws<DiskException>(() => _disk.Lock(path)).Fault);
        held.Dispose();
        _disk.Lock(path).Dispose();
    }

    [Fact]
    public void The_data_directory_is_private_and_a_wider_one_earns_a_warning()
    {
        var data = Path.Combine(_path, "data");
        using (var directory = DataDirectory.Open(_disk, data, null))
        {
            Assert.Empty(directory.Warnings);
            Assert.Equal(0x1C0, _disk.Stat(directory.WalPath)!.Value.Mode);
        }

        Chmod(data, "755");
        using var again = DataDirectory.Open(_disk, data, null);
        Assert.Equal([$"directory {data} has mode 755; 700 keeps others from reading the data"], again.Warnings);
    }

    [Fact]
    public void A_log_on_the_real_disk_comes_back()
    {
        var options = new WalOptions { ClusterId = 1, MemberId = 2, Create = true, SegmentSize = 256 * 1024 };
        using (var log = WriteAheadLog.Open(_disk, _path, options, new LogTwin()).Log!)
        {
            Commit(log, 1, 300);
            log.ReleaseBefore(200);
            while (log.Maintain())
            {
            }

            Commit(log, 301, 400);
            log.Close();
        }

        var twin = new LogTwin();
        var opening = WriteAheadLog.Open(_disk, _path, options with { Create = false }, twin);
        using var reopened = opening.Log!;
        Assert.Null(opening.Damage);
        Assert.Equal(400UL, twin.LastIndex);
        Assert.True(twin.FirstIndex <= 200);
        Assert.Equal(LogBench.Entry(400, 900).Data.ToArray(), twin.Entries[^1].Data.ToArray());
    }

    [Fact]
    public void A_direct_file_takes_sectors_and_tells_so_or_is_an_ordinary_one()
    {
        var path = Path.Combine(_path, "direct");
        using (var file = _disk.Open(path, DiskOpen.Create))
        {
            file.Allocate(16_384);
        }

        using var page = new PageBuffer(4096);
        page.Span.Fill(7);
        using (var file = _disk.Open(path, DiskOpen.Direct))
        {
            Assert.InRange(file.Unit, 1, 4096);
            file.Write(4096, page.Span[..Math.Max(file.Unit, 512)]);
            file.SyncData();
        }

        using var again = _disk.Open(path, DiskOpen.Read);
        Assert.Equal(1, again.Unit);
        var back = new byte[8192];
        again.Read(0, back);
        Assert.Equal((0, 7, 7), (back[4095], back[4096], back[4096 + 511]));
    }

    [Fact]
    public async Task One_group_is_one_pwrite_and_one_fdatasync_for_the_kernel_too()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/strace"), "strace is not installed");
        var trace = Path.Combine(_path, "trace");
        var start = new ProcessStartInfo("/usr/bin/strace")
        {
            ArgumentList =
            {
                "-f", "-o", trace, "-e", "trace=pwrite64,pwritev,fdatasync,fsync,fallocate,ftruncate,rename,renameat,unlink,openat",
                Environment.ProcessPath!, "--filter-method", "*.The_traced_child",
            },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[TraceVariable] = _path;
        using var child = Process.Start(start)!;
        var reading = child.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await child.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = await reading;
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.SkipWhen(errors.Contains("ptrace", StringComparison.Ordinal), "strace is not permitted here");
        Assert.True(File.Exists(Path.Combine(_path, "from")), output + errors);
        AssertPairs(CallsBetweenMarks(trace));
    }

    // Run by the test above, under strace; the marks in the trace are the two files it makes.
    [Fact]
    public void The_traced_child()
    {
        if (Environment.GetEnvironmentVariable(TraceVariable) is not { } path)
        {
            return;
        }

        var directory = Path.Combine(path, "wal");
        _disk.CreateDirectory(directory);
        var options = new WalOptions { ClusterId = 1, MemberId = 2, Create = true, SegmentSize = 1024 * 1024 };
        using var log = WriteAheadLog.Open(_disk, directory, options, new LogTwin()).Log!;
        Commit(log, 1, 3);
        _disk.Open(Path.Combine(path, "from"), DiskOpen.Create).Dispose();
        Commit(log, 4, 23);
        _disk.Open(Path.Combine(path, "until"), DiskOpen.Create).Dispose();
    }

    private static void Chmod(string path, string mode)
    {
        using var chmod = Process.Start("chmod", [mode, path]);
        chmod.WaitForExit();
    }

    private static List<string> CallsBetweenMarks(string trace)
    {
        var lines = File.ReadAllLines(trace).ToList();
        var from = lines.FindIndex(line => line.Contains("/from\"", StringComparison.Ordinal));
        var until = lines.FindIndex(line => line.Contains("/until\"", StringComparison.Ordinal));
        var thread = lines[from].Split(' ')[0];
        var own = lines[(from + 1)..until].Where(line => line.StartsWith(thread, StringComparison.Ordinal));
        return [.. own.Select(line => line.Split(' ', '(').First(word => word.Length > 0 && char.IsLetter(word[0])))];
    }

    private static void AssertPairs(List<string> calls)
    {
        Assert.Equal(40, calls.Count);
        for (var i = 0; i < calls.Count; i += 2)
        {
            Assert.Equal(["pwrite64", "fdatasync"], calls[i..(i + 2)]);
        }
    }

    private static void Commit(WriteAheadLog log, ulong first, ulong last)
    {
        for (var index = first; index <= last; index++)
        {
            log.Append(new Raft.Model.HardState(1, 1, index - 1), [LogBench.Entry(index, 900)]);
            var group = log.Seal()!;
            log.Write(group);
            log.Return(group);
        }
    }
}
