using EtcdEdge.Testing;
using Xunit;

namespace EtcdEdge.EndToEnd.Tests;

// Goal: a card that is full, by quota or in truth, is told as etcd tells it, and the way out stays open. Method: small file systems, real etcdctl,
// real etcd beside it.
public sealed class SpaceTests
{
    private const long Mebibyte = 1 << 20;

    [Fact]
    public async Task The_quota_is_told_and_left_as_etcd_does_it()
    {
        Assert.Equal(await QuotaStoryAsync(Binaries.Etcd), await QuotaStoryAsync(Binaries.Server));
    }

    [Fact]
    public async Task A_card_that_is_nearly_full_raises_the_alarm_while_there_is_room_for_the_way_out()
    {
        await using var disk = await ScratchDisk.MountAsync(megabytes: 96);
        await using var daemon = new Daemon(Binaries.Server, disk.DataDirectory);
        await daemon.StartAsync();
        var etcdctl = new EtcdCtl("3.5", daemon);
        await etcdctl.RunAsync("put", "a", "1");
        disk.Fill(leaving: 10 * Mebibyte);
        await UntilAsync(async () => (await etcdctl.RunAsync("alarm", "list")).Contains("alarm:NOSPACE", StringComparison.Ordinal));

        Assert.Contains("etcdserver: mvcc: database space exceeded", (await etcdctl.TryAsync("", "put", "b", "1")).Error, StringComparison.Ordinal);
        await HealthyAsync(daemon, "/livez");
        await HealthyAsync(daemon, "/readyz");
        Assert.Equal("1", (await etcdctl.RunAsync("del", "a")).Trim());
        await etcdctl.RunAsync("compaction", "3", "--physical");
        await etcdctl.RunAsync("defrag", "--command-timeout=60s");
        disk.Free();
        await etcdctl.RunAsync("alarm", "disarm");
        Assert.Equal("OK", (await etcdctl.RunAsync("put", "b", "1")).Trim());
        // Longer than the two seconds after which the room is looked at again: the alarm must not come back.
        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
        Assert.Equal("", await etcdctl.RunAsync("alarm", "list"));
    }

    [Fact]
    public async Task An_empty_member_takes_little_and_a_long_log_comes_back_within_its_bound()
    {
        const long logBytes = 4 * Mebibyte, segmentBytes = 2 * Mebibyte;
        await using var usual = new Daemon(Binaries.Server);
        await usual.StartAsync();
        await new EtcdCtl("3.5", usual).RunAsync("put", "a", "1");
        var log = Path.Combine(usual.DataDirectory, "member", "wal");
        await UntilAsync(() => Task.FromResult(Directory.EnumerateFiles(log, "spare-*").Any()));
        Assert.InRange(BytesOnDisk(usual.DataDirectory), 1, 32 * Mebibyte);

        await using var small = new Daemon(
            Binaries.Server, flags: [$"--checkpoint-log-bytes={logBytes}", $"--wal-segment-bytes={segmentBytes}"]);
        await small.StartAsync();
        await using var session = new Differential.Session(small.ClientUrl);
        var value = Google.Protobuf.ByteString.CopyFrom(new byte[100_000]);
        for (var n = 0; n < 800; n++)
        {
            var put = new Api.PutRequest { Key = Google.Protobuf.ByteString.CopyFromUtf8($"k{n % 10}"), Value = value };
            await session.Kv.PutAsync(put, cancellationToken: TestContext.Current.CancellationToken);
        }

        // 80 MB were written; what is kept is the log up to the older of two checkpoints, and the spare segments.
        await UntilAsync(async () =>
        {
            await session.Kv.PutAsync(new Api.PutRequest { Key = Google.Protobuf.ByteString.CopyFromUtf8("k"), Value = value });
            return BytesOnDisk(Path.Combine(small.DataDirectory, "member", "wal")) <= (2 * logBytes) + (10 * segmentBytes);
        });
    }

    /// <summary>What etcdctl prints from the first refused write to the first one that is accepted again.</summary>
    private static async Task<string> QuotaStoryAsync(string binary)
    {
        await using var daemon = new Daemon(binary, flags: ["--quota-backend-bytes=4194304"]);
        await daemon.StartAsync();
        var etcdctl = new EtcdCtl("3.5", daemon);
        var story = new List<string>();
        for (var n = 0; story.Count == 0; n++)
        {
            var put = await etcdctl.TryAsync(new string('x', 500_000), "put", $"k{n}");
            if (put.ExitCode != 0)
            {
                story.Add(ErrorOf(put.Error));
            }
        }

        var member = (await etcdctl.RunAsync("member", "list")).Split(',')[0];
        story.Add((await etcdctl.RunAsync("alarm", "list"))
            .Replace(ulong.Parse(member, System.Globalization.NumberStyles.HexNumber, null).ToString(null, null), "ID", StringComparison.Ordinal));
        story.Add(ErrorOf((await etcdctl.TryAsync("", "put", "small", "1")).Error));
        story.Add(ErrorOf((await etcdctl.TryAsync("", "lease", "grant", "60")).Error));
        story.Add(await etcdctl.RunAsync("get", "k0", "--keys-only"));
        await HealthyAsync(daemon, "/livez");
        await HealthyAsync(daemon, "/readyz");
        story.Add($"deleted {int.Parse(await etcdctl.RunAsync("del", "k", "--prefix"), null) > 0}");
        var revision = (await etcdctl.RunAsync("endpoint", "status", "-w", "json")).Split("\"revision\":")[1].Split(',')[0];
        await etcdctl.RunAsync("compaction", revision, "--physical");
        await etcdctl.RunAsync("defrag", "--command-timeout=60s");
        story.Add(ErrorOf((await etcdctl.TryAsync("", "put", "small", "1")).Error));
        await etcdctl.RunAsync("alarm", "disarm");
        story.Add(await etcdctl.RunAsync("alarm", "list"));
        story.Add(await etcdctl.RunAsync("put", "small", "1"));
        return string.Join('\n', story);
    }

    private static string ErrorOf(string errors) => errors.Contains("Error: ", StringComparison.Ordinal)
        ? errors[errors.IndexOf("Error: ", StringComparison.Ordinal)..].TrimEnd() : errors;

    private static async Task HealthyAsync(Daemon daemon, string path)
    {
        using var client = new HttpClient();
        using var answer = await client.GetAsync(new Uri(daemon.ClientUrl + path), TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{path} answers {answer.StatusCode}");
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        for (var tries = 0; tries < 100; tries++)
        {
            if (await holds())
            {
                return;
            }

            await Task.Delay(200, TestContext.Current.CancellationToken);
        }

        Assert.Fail("what was awaited has not come within 20 s");
    }

    private static long BytesOnDisk(string directory) =>
        Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Sum(LengthOf);

    /// <summary>0 for a file that goes while it is looked at.</summary>
    private static long LengthOf(string file)
    {
        try
        {
            return new FileInfo(file).Length;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }
}
