using System.Text;
using EtcdEdge.Api;
using EtcdEdge.Snapshots.EtcdFormat;
using EtcdEdge.Snapshots.State;
using EtcdEdge.StateMachine.Auth;
using EtcdEdge.StateMachine.Cluster;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Mvcc;
using EtcdEdge.StateMachine.Snapshot;
using Google.Protobuf;
using Xunit;
using Member = EtcdEdge.StateMachine.Cluster.Member;

namespace EtcdEdge.Server.Tests.Interchange;

// Goal: a state survives the way through etcd's file format. Method: write it as an image, read it back. That etcd itself reads the images is
// shown by the end-to-end tests.
public sealed class SnapshotImageTests
{
    private static readonly StateSnapshotHeader s_header = new()
    {
        AppliedIndex = 77,
        AppliedTerm = 5,
        Revision = 1,
        CompactRevision = -1,
        Leases = [new LeaseRecord(7, 60, 0), new LeaseRecord(long.MaxValue, 3600, 1800)],
        Alarms = [new ActiveAlarm(0xA, AlarmType.Nospace), new ActiveAlarm(0xB, AlarmType.Corrupt)],
        Cluster = new ClusterView
        {
            Members =
            [
                new Member { Id = 0xA, Name = "a<1>", PeerUrls = ["http://a:2380", "http://a2:2380"], ClientUrls = ["http://a:2379"] },
                new Member { Id = 0xB, PeerUrls = ["http://b:2380"], IsLearner = true },
            ],
            Removed = [3, ulong.MaxValue],
            Version = "3.6.0",
            DowngradeTarget = "3.5.0",
        },
        Auth = AuthView.Of(
            isEnabled: true,
            revision: 9,
            [AuthUser.Of(new User { Name = ByteString.CopyFromUtf8("root"), Password = ByteString.CopyFromUtf8("$2a$hash"), Roles = { "root" } })],
            [
                AuthRole.Of(new Role
                {
                    Name = ByteString.CopyFromUtf8("reader"),
                    KeyPermission = { new Permission { Key = ByteString.CopyFromUtf8("/a"), RangeEnd = ByteString.CopyFromUtf8("/b") } },
                }),
            ]),
    };

    [Fact]
    public void Everything_but_the_records_comes_back()
    {
        using var file = SnapshotFile.Of(new StateSnapshot(s_header, new MvccStore().Publish()));
        var header = file.Read().Header;
        Assert.Equal(s_header.Leases, header.Leases);
        Assert.Equal(s_header.Alarms, header.Alarms);
        Assert.Equal(Describe(s_header.Cluster), Describe(header.Cluster));
        Assert.Equal(Describe(s_header.Auth), Describe(header.Auth));
        Assert.Equal((77UL, 5UL, 1L, -1L), (header.AppliedIndex, header.AppliedTerm, header.Revision, header.CompactRevision));
    }

    [Fact]
    public void Records_come_back_with_tombstones_leases_and_sub_revisions()
    {
        var store = new MvccStore();
        Write(store, s => s.Put("a"u8.ToArray(), "1"u8.ToArray(), 0));
        Write(store, s =>
        {
            s.Put("b"u8.ToArray(), new byte[10_000], 7);
            s.Put("c"u8.ToArray(), default, 0);
        });
        Write(store, s => s.Delete("a"u8.ToArray()));
        var root = store.Publish();
        using var file = SnapshotFile.Of(new StateSnapshot(s_header with { Revision = root.Revision }, root));
        var (header, records) = file.Read();
        Assert.Equal(4, header.Revision);
        Assert.Equal(RecordsOf(root), records);
    }

    [Fact]
    public void What_a_running_compaction_has_still_to_remove_is_not_in_the_image()
    {
        var store = new MvccStore();
        for (var i = 0; i < 300; i++)
        {
            var key = Encoding.ASCII.GetBytes($"key-{i % 17}");
            Write(store, s => _ = i % 5 == 4 ? s.Delete(key) : s.Put(key, BitConverter.GetBytes(i), 0));
        }

        store.Compact(200);
        store.CompactStep(20);
        var during = store.Publish();
        using var file = SnapshotFile.Of(new StateSnapshot(s_header with { Revision = during.Revision, CompactRevision = 200 }, during));
        while (store.CompactStep(50))
        {
        }

        var after = store.Publish();
        Assert.NotEqual(RecordsOf(after).Length, RecordsOf(during).Length);
        var (header, records) = file.Read();
        Assert.Equal(200, header.CompactRevision);
        Assert.Equal(RecordsOf(after), records);
        during.HashKv(0, out var hash);
        Assert.Equal(new KeyHash(hash.Hash, during.Revision, 200), EtcdFiles.HashKv(file.Path, 0));
    }

    [Fact]
    public void Status_tells_keys_that_exist_the_revision_and_the_version()
    {
        var store = new MvccStore();
        Write(store, s => s.Put("a"u8.ToArray(), "1"u8.ToArray(), 0));
        Write(store, s => s.Put("b"u8.ToArray(), "1"u8.ToArray(), 0));
        Write(store, s => s.Delete("a"u8.ToArray()));
        using var file = SnapshotFile.Of(new StateSnapshot(s_header, store.Publish()));
        var status = EtcdFiles.Status(file.Path);
        Assert.Equal((4L, 1, new FileInfo(file.Path).Length, "3.6.0"), (status.Revision, status.TotalKeys, status.TotalSize, status.Version));
    }

    [Fact]
    public void A_file_that_is_no_database_is_one_line_that_names_it()
    {
        using var file = SnapshotFile.Of(new byte[100]);
        var refusal = Assert.Throws<ImportException>(() => EtcdFiles.Status(file.Path));
        Assert.Equal($"{file.Path} cannot be read: it is no bbolt database, or both its meta pages are damaged", refusal.Message);
    }

    [Fact]
    public void Any_flipped_byte_is_read_over_or_told()
    {
        var store = new MvccStore();
        Write(store, s => s.Put("a"u8.ToArray(), "1"u8.ToArray(), 7));
        byte[] whole;
        using (var file = SnapshotFile.Of(new StateSnapshot(s_header, store.Publish())))
        {
            whole = File.ReadAllBytes(file.Path);
        }

        for (var at = 0; at < whole.Length; at += at % 4096 < 600 ? 3 : 101)
        {
            var content = (byte[])whole.Clone();
            content[at] ^= 0xFF;
            using var file = SnapshotFile.Of(content);
            ReadOrRefuse(file);
        }
    }

    private static void ReadOrRefuse(SnapshotFile file)
    {
        try
        {
            file.Read();
        }
        catch (ImportException refusal)
        {
            Assert.StartsWith(file.Path, refusal.Message, StringComparison.Ordinal);
        }
    }

    private static void Write(MvccStore store, Action<MvccStore> writes)
    {
        store.Begin();
        writes(store);
        store.End();
    }

    private static string[] RecordsOf(MvccRoot root)
    {
        var records = new List<string>();
        foreach (var record in root.History.From(0))
        {
            records.Add(SnapshotFile.Text(record));
        }

        return [.. records];
    }

    private static string Describe(AuthView auth) =>
        $"{auth.IsEnabled} {auth.Revision} {string.Join(' ', auth.Users.Values.Select(user => user.ToMessage()))} "
        + string.Join(' ', auth.Roles.Values.Select(role => role.ToMessage()));

    private static string Describe(ClusterView view) => string.Join('|', view.Members.Select(member =>
        $"{member.Id:x} {member.Name} {string.Join(',', member.PeerUrls)} {string.Join(',', member.ClientUrls)} {member.IsLearner}"))
        + $" {string.Join(',', view.Removed)} {view.Version} {view.DowngradeTarget}";
}
