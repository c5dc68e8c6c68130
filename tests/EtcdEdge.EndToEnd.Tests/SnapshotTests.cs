using EtcdEdge.Testing;
using Xunit;

namespace EtcdEdge.EndToEnd.Tests;

// Goal: backups cross between EtcdEdge and etcd. Method: etcd's own tools judge: etcdctl saves, etcdutl checks and restores, etcd serves the result.
public sealed class SnapshotTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    private string File => Path.Combine(_scratch.Path, "snapshot.db");

    private string Restored => Path.Combine(_scratch.Path, "restored");

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData("3.4")]
    [InlineData("3.5")]
    public async Task A_snapshot_of_EtcdEdge_restored_by_etcdutl_starts_etcd_with_the_same_state(string version)
    {
        string lease, hash, keys;
        await using (var daemon = new Daemon(Binaries.Server))
        {
            await daemon.StartAsync();
            lease = await WriteAsync(new EtcdCtl("3.5", daemon));
            (hash, keys) = await StateAsync(daemon);
            await new EtcdCtl(version, daemon).RunAsync("snapshot", "save", File);
        }

        await Command.OutputOfAsync(Binaries.EtcdUtl, "snapshot", "restore", File, "--data-dir", Restored);
        await using var etcd = new Daemon(Binaries.Etcd, Restored);
        await etcd.StartAsync();
        Assert.Equal((hash, keys), await StateAsync(etcd));
        Assert.Contains("attached keys([leased])", await new EtcdCtl("3.5", etcd).RunAsync("lease", "timetolive", lease, "--keys"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_of_users_that_fill_pages_of_the_database_are_restored_by_etcdutl()
    {
        var cancel = TestContext.Current.CancellationToken;
        var names = Enumerable.Range(0, 40).Select(i => $"{i:D2}{new string('n', 3_000)}").ToArray();
        await using (var daemon = new Daemon(Binaries.Server))
        {
            await daemon.StartAsync();
            await using var session = new Differential.Session(daemon.ClientUrl);
            foreach (var name in names)
            {
                var add = new Api.AuthUserAddRequest { Name = name, Options = new Api.UserAddOptions { NoPassword = true } };
                await session.Auth.UserAddAsync(add, cancellationToken: cancel);
            }

            await new EtcdCtl("3.5", daemon).RunAsync("snapshot", "save", File);
        }

        await Command.OutputOfAsync(Binaries.EtcdUtl, "snapshot", "restore", File, "--data-dir", Restored);
        await using var etcd = new Daemon(Binaries.Etcd, Restored);
        await etcd.StartAsync();
        Assert.Equal(names, await new EtcdCtl("3.5", etcd).LinesAsync("user", "list"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_snapshot_restored_by_our_etcdutl_starts_with_the_same_state(bool isEtcds)
    {
        string lease, hash, keys;
        await using (var daemon = new Daemon(isEtcds ? Binaries.Etcd : Binaries.Server))
        {
            await daemon.StartAsync();
            lease = await WriteAsync(new EtcdCtl("3.5", daemon));
            (hash, keys) = await StateAsync(daemon);
            await new EtcdCtl("3.5", daemon).RunAsync("snapshot", "save", File);
        }

        await OwnUtlAsync("snapshot", "restore", File, "--data-dir", Restored);
        await using var restored = new Daemon(Binaries.Server, Restored);
        await restored.StartAsync();
        Assert.Equal((hash, keys), await StateAsync(restored));
        var etcdctl = new EtcdCtl("3.5", restored);
        Assert.Contains("attached keys([leased])", await etcdctl.RunAsync("lease", "timetolive", lease, "--keys"), StringComparison.Ordinal);
        await etcdctl.RunAsync("put", "later", "x");
        await restored.StopAsync();
        await restored.StartAsync();
        Assert.Equal(["later", "x"], await etcdctl.LinesAsync("get", "later"));
    }

    [Fact]
    public async Task A_restore_with_every_flag_makes_the_member_that_etcdutl_makes()
    {
        await using (var daemon = new Daemon(Binaries.Etcd))
        {
            await daemon.StartAsync();
            await WriteAsync(new EtcdCtl("3.5", daemon));
            await new EtcdCtl("3.5", daemon).RunAsync("snapshot", "save", File);
        }

        Assert.Equal(await RestoredMembersAsync(Binaries.EtcdUtl, Binaries.Etcd, []),
            await RestoredMembersAsync(Binaries.Server, Binaries.Server, ["etcdutl"]));
    }

    [Fact]
    public async Task A_restore_can_raise_the_revision_and_forget_what_was_before()
    {
        await using (var daemon = new Daemon(Binaries.Server))
        {
            await daemon.StartAsync();
            await WriteAsync(new EtcdCtl("3.5", daemon));
            await new EtcdCtl("3.5", daemon).RunAsync("snapshot", "save", File);
        }

        await OwnUtlAsync("snapshot", "restore", File, "--data-dir", Restored, "--bump-revision", "1000", "--mark-compacted");
        await using var restored = new Daemon(Binaries.Server, Restored);
        await restored.StartAsync();
        var etcdctl = new EtcdCtl("3.5", restored);
        Assert.Contains("\"revision\":1010", await etcdctl.RunAsync("get", "k1", "-w", "json"), StringComparison.Ordinal);
        Assert.Contains("required revision has been compacted", (await etcdctl.TryAsync("", "get", "k1", "--rev=1009")).Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restore_refuses_in_etcd_s_words_and_makes_nothing()
    {
        await using (var daemon = new Daemon(Binaries.Server))
        {
            await daemon.StartAsync();
            await new EtcdCtl("3.5", daemon).RunAsync("snapshot", "save", File);
        }

        var content = await System.IO.File.ReadAllBytesAsync(File, TestContext.Current.CancellationToken);
        string bare = File + ".bare", rotten = File + ".rotten", full = Path.Combine(_scratch.Path, "full");
        await System.IO.File.WriteAllBytesAsync(bare, content[..^32], TestContext.Current.CancellationToken);
        content[5000] ^= 1;
        await System.IO.File.WriteAllBytesAsync(rotten, content, TestContext.Current.CancellationToken);
        Directory.CreateDirectory(Path.Combine(full, "something"));
        string[][] wrong =
        [
            ["--data-dir", Restored], [Restored, "--data-dir", Restored], [File, "--data-dir", full],
            [File, "--data-dir", Restored, "--name", "other"], [bare, "--data-dir", Restored],
            [rotten, "--data-dir", Restored], [File, "--data-dir", Restored, "--bump-revision", "5"],
                [File, "--data-dir", Restored, "--wal-dir", full],
        ];
        foreach (var arguments in wrong)
        {
            var ours = await Command.RunAsync(Binaries.Server, ["etcdutl", "snapshot", "restore", .. arguments]);
            Assert.False(Directory.Exists(Restored));
            var theirs = await Command.RunAsync(Binaries.EtcdUtl, ["snapshot", "restore", .. arguments]);
            Assert.Equal(theirs.ExitCode, ours.ExitCode);
            // A next step may follow etcd's words.
            Assert.StartsWith(LastLine(theirs.Error), LastLine(ours.Error), StringComparison.Ordinal);
            Remove(Restored);
        }

        await OwnUtlAsync("snapshot", "restore", bare, "--data-dir", Restored, "--skip-hash-check");
    }

    [Theory]
    [InlineData("100ms")]
    [InlineData("60s")]
    public async Task A_killed_etcd_s_data_directory_is_imported_with_what_only_its_log_has(string commitInterval)
    {
        string lease, hash, keys, data = Path.Combine(_scratch.Path, "etcd");
        await using (var etcd = new Daemon(Binaries.Etcd, data, [$"--backend-batch-interval={commitInterval}"]))
        {
            await etcd.StartAsync();
            lease = await WriteAsync(new EtcdCtl("3.5", etcd));
            (hash, keys) = await StateAsync(etcd);
            var running = await Command.RunAsync(Binaries.Server, ["import", "--data-dir", data, "--to", Restored]);
            Assert.Equal((1, $"Error: {data}/member/snap/db is in use: stop etcd first"), (running.ExitCode, running.Error.TrimEnd()));
            await etcd.KillAsync();
        }

        await Command.OutputOfAsync(Binaries.Server, "import", "--data-dir", data, "--to", Restored);
        await using var imported = new Daemon(Binaries.Server, Restored);
        await imported.StartAsync();
        Assert.Equal((hash, keys), await StateAsync(imported));
        Assert.Contains("attached keys([leased])", await new EtcdCtl("3.5", imported).RunAsync("lease", "timetolive", lease, "--keys"),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("100000", "of etcd's log cannot be taken over: it is a request of the v2 API (PUT /1/a)")]
    [InlineData("3", ".snap holds keys of the v2 API, which an import does not take over")]
    public async Task Keys_of_the_v2_api_are_refused_wherever_they_are(string snapshotCount, string why)
    {
        var data = Path.Combine(_scratch.Path, "etcd");
        await using (var etcd = new Daemon(Binaries.Etcd, data, ["--enable-v2", "--snapshot-count", snapshotCount]))
        {
            await etcd.StartAsync();
            using var http = new HttpClient();
            using var form = new FormUrlEncodedContent([new("value", "x")]);
            for (var i = 0; i < 8; i++)
            {
                using var answer = await http.PutAsync(new Uri(etcd.ClientUrl + "/v2/keys/a"), form, TestContext.Current.CancellationToken);
                Assert.True(answer.IsSuccessStatusCode);
            }

            await etcd.KillAsync();
        }

        var import = await Command.RunAsync(Binaries.Server, ["import", "--data-dir", data, "--to", Restored]);
        Assert.Equal((1, 1), (import.ExitCode, import.Error.TrimEnd().Split('\n').Length));
        Assert.True(import.Error.Contains(why, StringComparison.Ordinal), import.Error);
        Assert.False(Directory.Exists(Restored));
    }

    [Fact]
    public async Task Both_etcdutl_say_the_same_of_both_servers_snapshots()
    {
        foreach (var server in (string[])[Binaries.Server, Binaries.Etcd])
        {
            await using var daemon = new Daemon(server);
            await daemon.StartAsync();
            await WriteAsync(new EtcdCtl("3.5", daemon));
            await new EtcdCtl("3.5", daemon).RunAsync("snapshot", "save", File);
            var ours = (await OwnUtlAsync("snapshot", "status", File)).TrimEnd('\n').Split(", ");
            var theirs = (await Command.OutputOfAsync(Binaries.EtcdUtl, "snapshot", "status", File)).TrimEnd('\n').Split(", ");
            Assert.Equal((theirs[0], theirs[1], theirs[3]), (ours[0], ours[1], ours[3]));
            Assert.Equal("5", ours[2]);
            var hash = (await StateAsync(daemon)).Hash;
            Assert.Equal($"{hash}, 10, 4", (await OwnUtlAsync("hashkv", File)).TrimEnd());
        }
    }

    [Fact]
    public async Task The_hash_of_the_history_is_the_same_across_checkpoints_restarts_and_both_ways_to_defragment()
    {
        await using var daemon = new Daemon(Binaries.Server, Restored);
        await daemon.StartAsync();
        var etcdctl = new EtcdCtl("3.5", daemon);
        await WriteAsync(etcdctl);
        var expected = await StateAsync(daemon);
        await etcdctl.RunAsync("defrag", "--command-timeout=60s");
        Assert.Equal(expected, await StateAsync(daemon));
        await daemon.KillAsync();
        await daemon.StartAsync();
        Assert.Equal(expected, await StateAsync(daemon));
        await FailsAsync(1, $"Error: Failed to defragment etcd data[{Restored}] ({Restored}/member is in use by another process; stop it, or "
            + $"start with another --data-dir)", "defrag", "--data-dir", Restored);
        await daemon.StopAsync();
        Assert.StartsWith($"Finished defragmenting {Restored}: ", await OwnUtlAsync("defrag", "--data-dir", Restored), StringComparison.Ordinal);
        await daemon.StartAsync();
        Assert.Equal(expected, await StateAsync(daemon));
    }

    [Fact]
    public async Task Etcd_s_own_etcdutl_defrag_does_a_member_of_ours_no_harm_nor_does_ours_where_the_log_has_its_own_directory()
    {
        var wal = Path.Combine(_scratch.Path, "wal");
        await using var daemon = new Daemon(Binaries.Server, Restored, ["--wal-dir", wal]);
        await daemon.StartAsync();
        var etcdctl = new EtcdCtl("3.5", daemon);
        await WriteAsync(etcdctl);
        await etcdctl.RunAsync("defrag", "--command-timeout=60s");
        var expected = await StateAsync(daemon);
        await daemon.StopAsync();
        await Command.OutputOfAsync(Binaries.EtcdUtl, "defrag", "--data-dir", Restored);
        Assert.StartsWith($"Finished defragmenting {Restored}: ", await OwnUtlAsync("defrag", "--data-dir", Restored), StringComparison.Ordinal);
        await daemon.StartAsync();
        Assert.Contains(daemon.Log, line => line.Contains("was made by a tool of etcd's", StringComparison.Ordinal));
        Assert.Equal(expected, await StateAsync(daemon));
    }

    [Fact]
    public async Task Etcdutl_defrag_and_migrate_refuse_what_is_none_of_theirs()
    {
        var data = Path.Combine(_scratch.Path, "etcd");
        await using (var etcd = new Daemon(Binaries.Etcd, data))
        {
            await etcd.StartAsync();
        }

        var refused = await Command.RunAsync(Binaries.Server, ["etcdutl", "defrag", "--data-dir", data]);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("etcdedge import", refused.Error, StringComparison.Ordinal);
        await FailsAsync(1, $"Error: Failed to defragment etcd data[{Restored}] ({Restored} holds no member)", "defrag", "--data-dir", Restored);
        Assert.False(Directory.Exists(Restored));
        foreach (var other in (string[][])[["backup", "--data-dir", data, "--backup-dir", Restored], ["check", "v2store"], ["completion", "bash"],
            ["verify"]])
        {
            var no = await Command.RunAsync(Binaries.Server, ["etcdutl", .. other]);
            Assert.Equal((4, 1, ""), (no.ExitCode, no.Error.TrimEnd().Split('\n').Length, no.Output));
        }

        await FailsAsync(128, "Error: In order to download snapshot use: `etcdctl snapshot save ...`", "snapshot", "save", "x");
        var migrate = await Command.RunAsync(Binaries.Server, ["etcdutl", "migrate", "--data-dir", data, "--target-version", "3.6"]);
        Assert.Equal(4, migrate.ExitCode);
        Assert.Contains("no schema of etcd's to migrate", migrate.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Etcdutl_of_ours_says_what_is_wrong_in_etcd_s_words()
    {
        await System.IO.File.WriteAllTextAsync(File, "no database", TestContext.Current.CancellationToken);
        await FailsAsync(128, "Error: snapshot status requires exactly one argument", "snapshot", "status");
        await FailsAsync(1, $"Error: stat {Restored}: no such file or directory", "snapshot", "status", Restored);
        await FailsAsync(1, $"Error: {File} cannot be read: it is no bbolt database, or both its meta pages are damaged", "snapshot", "status", File);
        await FailsAsync(4, "Error: unsupported output format", "snapshot", "status", File, "-w", "xml");
        await FailsAsync(4, "Error: protobuf not supported as output format", "snapshot", "status", File, "-w=protobuf");
    }

    [Theory]
    [InlineData("snapshot", "status", "--help")]
    [InlineData("snapshot", "status", "--such")]
    [InlineData("snapshot", "restore", "file")]
    [InlineData("nonsense")]
    public async Task Usage_and_refusals_of_command_lines_are_those_of_etcdutl(params string[] arguments)
    {
        var theirs = await Command.RunAsync(Binaries.EtcdUtl, arguments);
        var ours = await Command.RunAsync(Binaries.Server, ["etcdutl", .. arguments]);
        Assert.Equal((theirs.ExitCode, theirs.Output, theirs.Error), (ours.ExitCode, ours.Output, ours.Error));
    }

    /// <summary>
    /// Who serves what a restore with all flags has made: the ids depend on the token, the names and the URLs. Without --bump-revision, for which
    /// etcd writes a record without a key that its hash then counts.
    /// </summary>
    private async Task<string> RestoredMembersAsync(string tool, string server, string[] prefix)
    {
        string data = Restored + Path.GetFileName(server), wal = data + "-wal";
        const string peers = "http://127.0.0.1:1,http://127.0.0.1:2";
        await Command.OutputOfAsync(tool, [
            .. prefix, "snapshot", "restore", File, "--data-dir", data, "--wal-dir", wal, "--name", "m1",
            "--initial-cluster", "m1=http://127.0.0.1:1,m1=http://127.0.0.1:2", "--initial-cluster-token", "restored",
            "--initial-advertise-peer-urls", peers, "--initial-memory-map-size", "1000000",
        ]);
        Assert.NotEmpty(Directory.GetFiles(wal));
        await using var restored = new Daemon(server, data, ["--wal-dir", wal, "--name", "m1"]);
        await restored.StartAsync();
        var etcdctl = new EtcdCtl("3.5", restored);
        var status = (await etcdctl.RunAsync("endpoint", "status", "-w", "json")).Split("\"header\":")[1].Split(",\"raft_term\"")[0];
        var member = (await etcdctl.RunAsync("member", "list")).Split(", ");
        return $"{status} {string.Join(' ', member[..4])} {(await StateAsync(restored)).Hash}";
    }

    private static string LastLine(string text) => text.TrimEnd().Split('\n')[^1];

    private static void Remove(string directory)
    {
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task FailsAsync(int exitCode, string line, params string[] arguments)
    {
        var done = await Command.RunAsync(Binaries.Server, ["etcdutl", .. arguments]);
        Assert.Equal((exitCode, line), (done.ExitCode, done.Error.TrimEnd()));
    }

    private static Task<string> OwnUtlAsync(params string[] arguments) => Command.OutputOfAsync(Binaries.Server, ["etcdutl", .. arguments]);

    /// <summary>Puts, deletions, a compaction and a lease: revision 10, compacted at 4, 5 keys.</summary>
    private static async Task<string> WriteAsync(EtcdCtl etcdctl)
    {
        for (var i = 1; i <= 5; i++)
        {
            await etcdctl.RunAsync("put", $"k{i}", $"value {i}");
        }

        var lease = (await etcdctl.RunAsync("lease", "grant", "3600")).Split(' ')[1];
        await etcdctl.RunAsync("put", "leased", "x", "--lease", lease);
        await etcdctl.RunAsync("del", "k3");
        await etcdctl.RunAsync("put", "k2", new string('x', 20_000));
        await etcdctl.RunAsync("compaction", "4", "--physical");
        await etcdctl.RunAsync("put", "k1", "after");
        return lease;
    }

    private static async Task<(string Hash, string Keys)> StateAsync(Daemon daemon)
    {
        var etcdctl = new EtcdCtl("3.5", daemon);
        var hash = (await etcdctl.RunAsync("endpoint", "hashkv")).TrimEnd().Split(", ")[1];
        var keys = await etcdctl.RunAsync("get", "", "--prefix", "-w", "fields");
        return (hash, string.Join('\n', keys.Split('\n').Where(line => !line.StartsWith("\"ClusterID\"", StringComparison.Ordinal)
            && !line.StartsWith("\"MemberID\"", StringComparison.Ordinal) && !line.StartsWith("\"RaftTerm\"", StringComparison.Ordinal))));
    }
}
