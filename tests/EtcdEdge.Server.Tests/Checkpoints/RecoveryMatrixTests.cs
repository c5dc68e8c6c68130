using System.Buffers.Binary;
using EtcdEdge.Base;
using EtcdEdge.Server.Common;
using EtcdEdge.Server.Logging;
using EtcdEdge.Storage;
using Xunit;

namespace EtcdEdge.Server.Tests.Checkpoints;

/// <summary>
/// Goal: whatever happens to any file, the next start has everything or says in one line what to do; Storage/DESIGN.md shows the same table. Method:
/// one member with a log of several segments and two checkpoints on a simulated disk; one damage per row of recovery.txt.
/// </summary>
public sealed class RecoveryMatrixTests
{
    private const string Wal = "/data/member/wal/";
    private const string Snap = "/data/member/snap/";

    public static TheoryData<string, string, string> Rows()
    {
        var rows = new TheoryData<string, string, string>();
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Checkpoints/recovery.txt")).Where(line => !line.StartsWith('#')))
        {
            var cells = line.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            rows.Add(cells[0], cells[1], cells[2]);
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Every_damage_to_every_file_has_its_outcome(string file, string damage, string outcome)
    {
        if (damage.Contains('-', StringComparison.Ordinal))
        {
            Fault(file, damage, outcome);
            return;
        }

        var board = Prepared();
        if (file == "segment-covered")
        {
            board.Checkpoint();
            Write(board, 3);
        }

        var before = board.Show();
        var paths = PathsOf(board, file);
        board.Kill();
        using var held = damage == "held" ? board.Disk.Lock(paths[0]) : null;
        foreach (var path in held is null ? paths : [])
        {
            Damage(board, path, damage);
        }

        Start(board, outcome, before);
        Assert.True(outcome != "starts, deleted" || board.Disk.Stat(paths[0]) is null, "what was being made is gone");
    }

    private static void Start(Board board, string outcome, string before)
    {
        if (outcome.StartsWith("refused: ", StringComparison.Ordinal))
        {
            var line = Assert.ThrowsAny<StartException>(board.Start).Message;
            Assert.Contains(outcome["refused: ".Length..], line, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain('\n', line);
            return;
        }

        board.Start();
        if (outcome == "starts, one set aside")
        {
            Assert.Contains("CheckpointDamaged", board.Log.Events);
        }

        if (outcome == "starts with less")
        {
            Assert.NotEqual(before, board.Show());
            return;
        }

        Assert.Equal(before, board.Show());
        board.Put("after", 10);
        board.Checkpoint();
        board.Checkpoint();
        before = board.Show();
        board.Kill();
        board.Start();
        Assert.Equal(before, board.Show());
    }

    // The disk refuses while the member runs.
    private static void Fault(string file, string damage, string outcome)
    {
        if (file == "format")
        {
            FaultAtFirstStart(damage, outcome);
            return;
        }

        var board = Prepared();
        var acknowledged = board.Show();
        Refuse(board, file, damage);
        if (outcome.StartsWith("stops: ", StringComparison.Ordinal))
        {
            var line = Assert.Throws<DiskException>(() => board.Put("lost", 10)).Message;
            Assert.Contains(outcome["stops: ".Length..], line);
        }
        else
        {
            TryCheckpoint(board, shrink: file == "tmp");
            Write(board, 5);
            acknowledged = board.Show();
        }

        board.Disk.BeforeChange = null;
        board.Kill();
        board.Start();
        Assert.StartsWith(acknowledged.Split('\n')[1], board.Show().Split('\n')[1]);
        Assert.True(board.Show().Length >= acknowledged.Length, "what was acknowledged is there");
        board.Checkpoint();
    }

    // The identity is the last thing a new member writes: without it the next start is a first one again.
    private static void FaultAtFirstStart(string damage, string outcome)
    {
        var board = new Board(11);
        Refuse(board, "format", damage);
        var line = Assert.Throws<StartException>(board.Start).Message;
        Assert.Contains(outcome["stops: ".Length..], line);
        board.Disk.BeforeChange = null;
        board.Disk.Restart();
        board.Start();
        board.Put("first", 10);
        var before = board.Show();
        board.Kill();
        board.Start();
        Assert.Equal(before, board.Show());
    }

    private static void Refuse(Board board, string file, string damage)
    {
        var errno = damage switch { "write-full" => 28, "read-only" => 30, _ => 5 };
        string[] calls = damage == "flush-error" ? ["fdatasync"] : ["pwrite", "fallocate"];
        board.Disk.BeforeChange = (call, path) =>
        {
            if (calls.Contains(call) && IsMeant(file, path))
            {
                throw new DiskException(call, path, errno);
            }
        };
    }

    private static void TryCheckpoint(Board board, bool shrink)
    {
        board.Put("x", 1);
        try
        {
            board.Checkpoint(shrink);
        }
        catch (IOException)
        {
            return;
        }
    }

    private static bool IsMeant(string file, string path) => file switch
    {
        "format" => path.EndsWith("format.tmp", StringComparison.Ordinal),
        "segment-newest" => path.EndsWith(".seg", StringComparison.Ordinal),
        "spare" => path.EndsWith("spare.tmp", StringComparison.Ordinal),
        "journal" => path.EndsWith(".journal", StringComparison.Ordinal),
        "tmp" => path.EndsWith("checkpoint.tmp", StringComparison.Ordinal),
        _ => path.Contains("/checkpoint-", StringComparison.Ordinal),
    };

    /// <summary>Two checkpoints, several segments behind the newer one, a spare, a journal.</summary>
    private static Board Prepared() => Prepared(new Board(11));

    private static Board Prepared(Board board)
    {
        board.Start();
        for (var round = 0; round < 4; round++)
        {
            Write(board, 40);
            board.Checkpoint();
        }

        for (var round = 0; round < 2; round++)
        {
            Write(board, 2);
            board.Checkpoint();
        }

        Write(board, 60);
        while (board.Store.Wal.Maintain())
        {
        }

        return board;
    }

    private static void Write(Board board, int puts)
    {
        for (var i = 0; i < puts; i++)
        {
            board.Put($"k{i % 30}", 12_000);
        }
    }

    private static string[] PathsOf(Board board, string file)
    {
        string[] segments = [.. board.Disk.List("/data/member/wal").Where(name => name.EndsWith(".seg", StringComparison.Ordinal))
            .Select(name => Wal + name)];
        Assert.True(segments.Length >= 3, "there are an oldest, a middle and a newest segment");
        return file switch
        {
            "lock" => ["/data/member/lock"],
            "format" => ["/data/member/format"],
            "segment-newest" => [segments[^1]],
            "segment-middle" => [segments[^2]],
            "segment-oldest" or "segment-covered" => [segments[0]],
            "spare" => [Wal + board.Disk.List("/data/member/wal").First(name => name.StartsWith("spare-", StringComparison.Ordinal))],
            "checkpoint-newest" => [board.Newest],
            "checkpoint-previous" => [board.Previous],
            "checkpoint-both" => [board.Newest, board.Previous],
            "journal" => [Snap + "checkpoint.journal"],
            "format.tmp" => ["/data/member/format.tmp"],
            "spare.tmp" or "large.tmp" => [Wal + file],
            _ => [Snap + file],
        };
    }

    private static void Damage(Board board, string path, string damage)
    {
        switch (damage)
        {
            case "missing":
                board.Disk.Delete(path);
                board.Disk.SyncDirectory(Path.GetDirectoryName(path)!);
                break;
            case "empty":
                board.Disk.Replace(path, []);
                break;
            case "filled":
                board.Disk.Replace(path, Noise());
                break;
            case "truncated":
                var whole = board.Disk.Contents(path);
                board.Disk.Replace(path, whole.AsSpan(0, (whole.Length / 2) + 100));
                break;
            case "flipped":
                board.Disk.Flip(path, 8L * Middle(board, path));
                break;
            case "unreadable":
                if (board.Disk.Stat(path) is null)
                {
                    board.Disk.Replace(path, Noise());
                }

                board.Disk.MakeUnreadable(path, Middle(board, path));
                break;
            case "newer":
                Renumber(board, path);
                break;
            case "foreign":
                board.Disk.Replace(path, OthersFile(path));
                break;
        }
    }

    private static byte[] Noise()
    {
        var bytes = new byte[300_000];
        new Random(5).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Within what is in use: a segment's second group, a checkpoint's data.</summary>
    private static int Middle(Board board, string path) => path.EndsWith(".seg", StringComparison.Ordinal)
        ? 4096 + 512 + 20
        : Math.Min(20_000, board.Disk.Contents(path).Length / 2);

    // The version stands at byte 4 of both headers, behind the sum over the rest of the header.
    private static void Renumber(Board board, string path)
    {
        var bytes = board.Disk.Contents(path);
        var summed = path.EndsWith(".seg", StringComparison.Ordinal) ? 64 : 512;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), 99);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Crc32C.Of(bytes.AsSpan(4, summed - 4)));
        board.Disk.Replace(path, bytes);
    }

    private static byte[] OthersFile(string path)
    {
        var mine = new Board(11);
        var other = Prepared(
            new Board(12) { Options = mine.Options with { Cluster = mine.Options.Cluster with { InitialClusterToken = "another" } } });
        return other.Disk.Contents(path.Contains("/spare-", StringComparison.Ordinal) ? PathsOf(other, "spare")[0] : path);
    }
}
