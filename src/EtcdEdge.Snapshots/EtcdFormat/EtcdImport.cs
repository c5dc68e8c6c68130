using System.Collections.Immutable;
using System.Text.Json;
using EtcdEdge.Api.Stored;
using EtcdEdge.Raft.Membership;
using EtcdEdge.Raft.Model;
using EtcdEdge.Snapshots.Members;
using EtcdEdge.Snapshots.State;
using EtcdEdge.StateMachine.Cluster;
using EtcdEdge.StateMachine.Mvcc;
using EtcdEdge.StateMachine.Snapshot;
using EtcdEdge.Storage;
using Google.Protobuf;

namespace EtcdEdge.Snapshots.EtcdFormat;

/// <summary>
/// Takes a stopped etcd member's data directory over: the same member of the same cluster, with the database as its state and the entries behind that
/// as its log. The old directory is only read.
/// </summary>
public sealed class EtcdImport(IDisk disk)
{
    /// <summary>Reads <paramref name="from"/> and makes <paramref name="to"/>, which must be empty or missing.</summary>
    /// <param name="from">etcd's data directory.</param>
    /// <param name="walDir">etcd's --wal-dir; empty for its place in the data directory.</param>
    /// <param name="to">The new data directory.</param>
    /// <exception cref="ImportException">Nothing was made, or it was not finished.</exception>
    public ImportReport Run(string from, string walDir, string to)
    {
        string snapshots = Path.Combine(from, "member", "snap"), path = Path.Combine(snapshots, "db");
        Require(File.Exists(path), $"{path} is not there; --data-dir must name the data directory of an etcd member");
        Require(!Path.Exists(to) || (Directory.Exists(to) && !Directory.EnumerateFileSystemEntries(to).Any()),
            $"{to} is not empty; name another with --to");
        using var held = Hold(path);
        RequireNoV2Content(snapshots);
        using var database = new EtcdDatabase(disk, path);
        var header = database.ReadHeader();
        Require(header.AppliedIndex == 0 || (header.AppliedTerm > 0 && header.Cluster.Members.Length > 0),
            $"{path} was last written by etcd 3.4 or older, which keeps the members elsewhere; start it once with etcd 3.5 and stop it again");
        var log = EtcdLog.Read(disk, walDir.Length > 0 ? walDir : Path.Combine(from, "member", "wal"), header.AppliedIndex);
        var entries = EntriesOf(log, header);
        var self = Self(log, header, entries)
            ?? throw new ImportException(
                $"{path} does not know member {log.Metadata.NodeID:x}, whose log it has; it may have been removed from its cluster");
        var identity = new MemberIdentity(log.Metadata.ClusterID, self.Id, self.Name.Length > 0 ? self.Name : "default");
        DataDirectoryWriter.Write(disk, to, null, identity, StateOf(database, header), HardStateOf(log, entries), entries);
        return new ImportReport(identity.Name, identity.MemberId, identity.ClusterId, header.Revision, entries.Length);
    }

    private static void Require(bool condition, string complaint)
    {
        if (!condition)
        {
            throw new ImportException(complaint);
        }
    }

    // etcd holds its database by flock(2) while it runs.
    private IDisposable Hold(string path)
    {
        try
        {
            return disk.Lock(path);
        }
        catch (DiskException busy)
        {
            throw new ImportException(busy.Fault == DiskFault.Busy ? $"{path} is in use: stop etcd first" : busy.Message, busy);
        }
    }

    private static Entry[] EntriesOf(EtcdLog log, StateSnapshotHeader header)
    {
        var learners = header.Cluster.Members.Where(member => member.IsLearner).Select(member => member.Id).ToImmutableHashSet();
        return [.. log.Entries.Select(entry => EtcdEntries.Convert(entry, learners.Contains))];
    }

    // A member that was killed young has its whole life in the log.
    private static Member? Self(EtcdLog log, StateSnapshotHeader header, Entry[] entries) => header.Cluster.Find(log.Metadata.NodeID) ?? entries
        .Where(entry => entry.Type == EntryType.ConfChange)
        .Select(entry => MembershipChange.Decode(ConfChange.Decode(entry.Data).Context.Span))
        .FirstOrDefault(change => change.Kind == MembershipChangeKind.Add && change.Member.Id == log.Metadata.NodeID)?.Member;

    // What is committed is applied at the first start, like after any other; a hint beyond the last entry would be none.
    private static HardState HardStateOf(EtcdLog log, Entry[] entries) => new(
        log.HardState.Term, log.HardState.Vote, entries.Length == 0 ? 0 : Math.Min(log.HardState.Commit, entries[^1].Index));

    private static CapturedSnapshot StateOf(EtcdDatabase database, StateSnapshotHeader header)
    {
        var store = new MvccStore();
        store.Load(database.Records(), header.Revision, header.CompactRevision);
        if (database.ScheduledCompactRevision > header.CompactRevision)
        {
            store.Compact(database.ScheduledCompactRevision);
        }

        while (store.CompactStep(EtcdFormatLimits.RestoreCompactionBatch))
        {
        }

        var root = store.Publish();
        var members = new ConfState
        {
            Voters = [.. header.Cluster.Members.Where(member => !member.IsLearner).Select(member => member.Id)],
            Learners = [.. header.Cluster.Members.Where(member => member.IsLearner).Select(member => member.Id)],
        };
        return new CapturedSnapshot(new StateSnapshot(header with { Revision = root.Revision, CompactRevision = root.CompactRevision }, root),
            members);
    }

    // The v2 store's own content is below "/1" of the newest *.snap; below "/0" are the members, which the database has too.
    private static void RequireNoV2Content(string snapshots)
    {
        var newest = Directory.EnumerateFiles(snapshots, "*.snap").Order(StringComparer.Ordinal).LastOrDefault();
        if (newest is null)
        {
            return;
        }

        try
        {
            var snapshot = StoredSnapshot.Parser.ParseFrom(StoredSnapshotFile.Parser.ParseFrom(File.ReadAllBytes(newest)).Data);
            using var document = JsonDocument.Parse(snapshot.Data.Memory);
            Require(CountV2Keys(document.RootElement) == 0,
                $"{newest} holds keys of the v2 API, which an import does not take over; delete them there once they are copied through both "
                    + $"servers' v2 APIs (EtcdEdge has it with "
                + "--enable-v2 too), or restore the v3 keys alone from a snapshot (etcdctl snapshot save, etcdutl snapshot restore)");
        }
        catch (Exception damage) when (damage is InvalidProtocolBufferException or JsonException or IOException or InvalidOperationException)
        {
            throw new ImportException($"{newest} cannot be read: {damage.Message}", damage);
        }
    }

    private static int CountV2Keys(JsonElement store) =>
        store.TryGetProperty("Root", out var root) && root.TryGetProperty("Children", out var children) && children.ValueKind == JsonValueKind.Object
        && children.TryGetProperty("1", out var keys) && keys.TryGetProperty("Children", out var content) && content.ValueKind == JsonValueKind.Object
            ? content.EnumerateObject().Count()
            : 0;
}
