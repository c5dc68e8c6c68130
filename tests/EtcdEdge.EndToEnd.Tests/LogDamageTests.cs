using EtcdEdge.Api;
using EtcdEdge.Differential;
using EtcdEdge.Testing;
using Google.Protobuf;
using Xunit;

namespace EtcdEdge.EndToEnd.Tests;

// Goal: whatever state a power cut leaves the log in, the server starts with a prefix of the history, or says in one line what is damaged.
// Method: write numbered keys, kill, damage the log, start again.
public sealed class LogDamageTests
{
    private const int Keys = 60;

    /// <summary>How far before the end of what was written the damage is done, in bytes.</summary>
    public static TheoryData<int> Distances => [0, 1, 3, 8, 64, 500, 512, 4095, 4096, 4097, 9000, 30_000, 100_000];

    [Theory]
    [MemberData(nameof(Distances))]
    public async Task A_log_cut_short_starts_with_a_prefix_or_is_refused_in_one_line(int distance) =>
        await DamagedAsync((log, end) =>
        {
            using var file = File.OpenWrite(log);
            file.SetLength(Math.Max(0, end - distance));
        });

    [Theory]
    [MemberData(nameof(Distances))]
    public async Task A_flipped_bit_is_noticed_or_harmless(int distance) =>
        await DamagedAsync((log, end) =>
        {
            using var file = File.Open(log, FileMode.Open);
            file.Position = Math.Max(0, end - 1 - distance);
            var old = file.ReadByte();
            file.Position--;
            file.WriteByte((byte)(old ^ 0x10));
        });

    [Theory]
    [MemberData(nameof(Distances))]
    public async Task A_zeroed_tail_is_noticed_or_harmless(int distance) =>
        await DamagedAsync((log, end) =>
        {
            using var file = File.Open(log, FileMode.Open);
            file.Position = Math.Max(0, end - distance);
            file.Write(new byte[distance]);
        });

    private static async Task DamagedAsync(Action<string, long> damage)
    {
        Assert.SkipWhen(Binaries.ServerIsEtcd, "etcd promises no such thing: it panics");
        await using var daemon = new Daemon(Binaries.Server);
        await daemon.StartAsync();
        await WriteAsync(daemon);
        await daemon.KillAsync();
        var (log, end) = EndOfLog(daemon.DataDirectory);
        damage(log, end);
        daemon.Start();
        if (await StartsAsync(daemon))
        {
            await CheckPrefixAsync(daemon);
        }
        else
        {
            OneLine.Check(daemon);
        }
    }

    private static async Task<bool> StartsAsync(Daemon daemon)
    {
        try
        {
            await daemon.WaitReadyAsync();
            return true;
        }
        catch (InvalidOperationException) when (daemon.HasExited)
        {
            return false;
        }
    }

    private static async Task WriteAsync(Daemon daemon)
    {
        await using var session = new Session(daemon.ClientUrl);
        for (var n = 0; n < Keys; n++)
        {
            await session.Kv.PutAsync(new PutRequest { Key = ByteString.CopyFromUtf8($"k{n:d4}"), Value = ByteString.CopyFrom(new byte[n * 7]) });
        }
    }

    /// <summary>Keys 0 to n are there and none after: a hole would mean that a lost entry was skipped.</summary>
    private static async Task CheckPrefixAsync(Daemon daemon)
    {
        await using var session = new Session(daemon.ClientUrl);
        var found = await session.Kv.RangeAsync(new RangeRequest { Key = Differential.Keys.Zero, RangeEnd = Differential.Keys.Zero });
        Assert.Equal(Enumerable.Range(0, found.Kvs.Count).Select(n => $"k{n:d4}"), found.Kvs.Select(kv => kv.Key.ToStringUtf8()));
        var next = await session.Kv.PutAsync(new PutRequest { Key = ByteString.CopyFromUtf8("after") });
        Assert.Equal(found.Header.Revision + 1, next.Header.Revision);
    }

    /// <summary>The segment written last, and the length of it that is not zero.</summary>
    private static (string File, long End) EndOfLog(string dataDirectory)
    {
        var segments = Directory.EnumerateFiles(Path.Combine(dataDirectory, "member", "wal")).Select(f => (File: f, End: NonZeroLength(f)));
        return segments.Where(s => s.End > 0).OrderBy(s => File.GetLastWriteTimeUtc(s.File)).Last();
    }

    private static long NonZeroLength(string file)
    {
        var bytes = File.ReadAllBytes(file);
        return bytes.AsSpan().LastIndexOfAnyExcept((byte)0) + 1;
    }
}
