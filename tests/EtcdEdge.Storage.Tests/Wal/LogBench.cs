using EtcdEdge.Raft.Model;
using EtcdEdge.Storage.Wal;
using EtcdEdge.Testing;

namespace EtcdEdge.Storage.Tests.Wal;

/// <summary>A log on a simulated disk, with the few moves the tests make.</summary>
internal sealed class LogBench
{
    public const string Directory = "/wal";
    public const int SegmentSize = 64 * 1024;
    private WalOptions _options = new() { ClusterId = 0xC, MemberId = 0xA, Create = true, SegmentSize = SegmentSize };

    public LogBench(int seed = 1)
    {
        Disk = new SimDisk(seed) { IsDirect = seed % 2 == 0 };
        Disk.CreateDirectory(Directory);
        Disk.SyncDirectory("/");
    }

    public SimDisk Disk { get; }

    public WriteAheadLog? Log { get; private set; }

    public WalOpening? Opening { get; private set; }

    public WalOptions Options
    {
        get => _options;
        set => _options = value;
    }

    /// <summary>As of the replay that the next open reads into.</summary>
    public ulong FirstWanted { get; set; }

    public static string Segment(ulong number) => $"{Directory}/{number:x16}.seg";

    public static Entry Entry(ulong index, int size = 20, ulong term = 1)
    {
        var data = new byte[size];
        new Random((int)(index * 7919) + size).NextBytes(data);
        return new Entry(term, index, EntryType.Normal, data);
    }

    public LogTwin Open()
    {
        var twin = new LogTwin { FirstWanted = FirstWanted };
        Opening = WriteAheadLog.Open(Disk, Directory, _options, twin);
        Log = Opening.Log;
        _options = _options with { Create = false };
        return twin;
    }

    /// <summary>Opens what must open.</summary>
    public LogTwin MustOpen()
    {
        var twin = Open();
        Assert.Null(Opening!.Damage);
        return twin;
    }

    /// <summary>Opens what must not open.</summary>
    public WalDamage MustRefuse()
    {
        Open();
        Assert.Null(Log);
        return Opening!.Damage!;
    }

    /// <summary>One durable group.</summary>
    public void Commit(params Entry[] entries) => Commit(new HardState(entries.Length > 0 ? entries[^1].Term : 1, 1, 0), entries);

    public void Commit(HardState hardState, params Entry[] entries)
    {
        Log!.Append(hardState, entries);
        Flush();
    }

    public void Flush()
    {
        if (Log!.Seal() is { } group)
        {
            Log.Write(group);
            Log.Return(group);
        }
    }

    /// <summary>Entries first to last, each in a group of its own.</summary>
    public void CommitEach(ulong first, ulong last, int size = 20)
    {
        for (var index = first; index <= last; index++)
        {
            Commit(Entry(index, size));
        }
    }

    public void Maintain()
    {
        while (Log!.Maintain())
        {
        }
    }

    /// <summary>The process dies; the machine goes on.</summary>
    public void Kill()
    {
        Log?.Dispose();
        Log = null;
        Disk.Restart();
    }

    public void CutPower()
    {
        Log?.Dispose();
        Log = null;
        Disk.Crash();
    }
}
