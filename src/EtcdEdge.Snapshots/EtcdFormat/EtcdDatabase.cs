using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using EtcdEdge.Api;
using EtcdEdge.Api.Stored;
using EtcdEdge.Snapshots.State;
using EtcdEdge.StateMachine.Auth;
using EtcdEdge.StateMachine.Cluster;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Proto;
using EtcdEdge.StateMachine.Requests;
using EtcdEdge.StateMachine.Snapshot;
using EtcdEdge.Storage;
using EtcdEdge.Storage.Bbolt;
using Google.Protobuf;

namespace EtcdEdge.Snapshots.EtcdFormat;

/// <summary>
/// etcd's database file, a snapshot's or a stopped member's, as a state. Everything that is wrong with it is one line that names the file.
/// </summary>
public sealed class EtcdDatabase : IDisposable
{
    private readonly IDiskFile _file;
    private readonly BboltReader _reader;
    private readonly string _path;

    /// <param name="disk">Where it is.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="ImportException">It cannot be opened, or is no database.</exception>
    public EtcdDatabase(IDisk disk, string path)
    {
        _path = path;
        IDiskFile? file = null;
        try
        {
            _file = file = disk.Open(path, DiskOpen.Read);
            // What is not whole sectors is the checksum behind a snapshot; the reader never looks there.
            _reader = new BboltReader(file, file.Length);
        }
        catch (IOException refusal)
        {
            file?.Dispose();
            throw refusal is BboltException ? Damaged(refusal) : new ImportException(refusal.Message, refusal);
        }
    }

    /// <summary>Bytes of the database.</summary>
    public long Size => _reader.Size;

    public BboltReader Reader => _reader;

    /// <summary>The compaction that etcd had promised and not finished; not above the header's compact revision when there is none.</summary>
    public long ScheduledCompactRevision { get; private set; } = -1;

    public void Dispose() => _file.Dispose();

    /// <summary>The state without its records.</summary>
    /// <exception cref="ImportException">The database is damaged, or holds what etcd would not have written.</exception>
    public StateSnapshotHeader ReadHeader() => Guarded(() =>
    {
        var meta = Values(Schema.Meta);
        var compactRevision = RevisionIn(meta, Schema.FinishedCompact);
        ScheduledCompactRevision = RevisionIn(meta, Schema.ScheduledCompact);
        return new StateSnapshotHeader
        {
            AppliedIndex = NumberIn(meta, Schema.ConsistentIndex),
            AppliedTerm = NumberIn(meta, Schema.Term),
            Revision = Math.Max(Math.Max(1, LastRevision()), Math.Max(compactRevision, ScheduledCompactRevision)),
            CompactRevision = compactRevision,
            Leases = [.. Entries(Schema.Lease).Select(entry => LeaseOf(StoredLease.Parser.ParseFrom(entry.Value.Span))).OrderBy(lease => lease.Id)],
            Alarms = [.. Entries(Schema.Alarm).Select(entry => AlarmOf(AlarmMember.Parser.ParseFrom(entry.Key.Span)))],
            Cluster = ReadCluster(),
            Auth = ReadAuth(),
        };
    });

    /// <summary>The records in the order of their revisions.</summary>
    /// <exception cref="ImportException">While it is walked: the database is damaged.</exception>
    public IEnumerable<Record> Records()
    {
        var cursor = Guarded(() => _reader.Bucket(Schema.Key));
        while (cursor is not null && Guarded(cursor.MoveNext))
        {
            var record = Guarded(() => RecordOf(cursor.Key, cursor.Value));
            // etcd's own restore marks a raised revision by an entry without a key; the revision itself is the header's.
            if (!record.Key.IsEmpty)
            {
                yield return record;
            }
        }
    }

    /// <summary>Runs a read of the database; what it throws names the file then.</summary>
    /// <exception cref="ImportException">Instead of any exception of the read.</exception>
    public T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception damage) when (damage is BboltException or MalformedMessageException or InvalidProtocolBufferException or JsonException
            or InvalidOperationException or FormatException or OverflowException)
        {
            throw Damaged(damage);
        }
        catch (DiskException unreadable)
        {
            throw new ImportException(unreadable.Message, unreadable);
        }
    }

    /// <summary>A revision as the key bucket's keys and the marks of compactions have it.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static Revision RevisionOf(ReadOnlySpan<byte> key, out bool isTombstone)
    {
        isTombstone = key.Length == Schema.RevisionBytes + 1 && key[Schema.RevisionBytes] == (byte)'t';
        if ((key.Length != Schema.RevisionBytes && !isTombstone) || key[8] != (byte)'_')
        {
            throw new FormatException($"a revision has {key.Length} bytes, or no underscore in their middle");
        }

        long main = BinaryPrimitives.ReadInt64BigEndian(key), sub = BinaryPrimitives.ReadInt64BigEndian(key[9..]);
        return main >= 0 && sub is >= 0 and <= int.MaxValue ? new Revision(main, (int)sub)
            : throw new FormatException($"there is no revision {main}_{sub}");
    }

    private ImportException Damaged(Exception damage) => new($"{_path} cannot be read: {damage.Message}", damage);

    private static Record RecordOf(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value)
    {
        var revision = RevisionOf(key.Span, out var isTombstone);
        return RecordCodec.Parse(value, revision, isTombstone);
    }

    private long LastRevision()
    {
        var last = _reader.Bucket(Schema.Key)?.LastKey() ?? default;
        return last.IsEmpty ? 0 : RevisionOf(last.Span, out _).Main;
    }

    private AuthView ReadAuth()
    {
        var auth = Values(Schema.Auth);
        return AuthView.Of(
            Value(auth, Schema.AuthEnabled) is { Length: 1 } enabled && enabled.Span[0] == 1,
            // etcd counts the creation of its auth store as revision 1; a file from before that has no number.
            Math.Max(1, NumberIn(auth, Schema.AuthRevision)),
            Entries(Schema.AuthUsers).Select(entry => AuthUser.Of(User.Parser.ParseFrom(entry.Value.Span))),
            Entries(Schema.AuthRoles).Select(entry => AuthRole.Of(Role.Parser.ParseFrom(entry.Value.Span))));
    }

    private ClusterView ReadCluster()
    {
        var cluster = Values(Schema.Cluster);
        return new ClusterView
        {
            Members = [.. Entries(Schema.Members).Select(entry => MembershipJson.Decode(IdOf(entry.Key.Span), entry.Value))
                .OrderBy(member => member.Id)],
            Removed = [.. Entries(Schema.MembersRemoved).Select(entry => IdOf(entry.Key.Span)).Order()],
            Version = Encoding.UTF8.GetString(Value(cluster, Schema.ClusterVersion).Span),
            DowngradeTarget = Value(cluster, Schema.Downgrade) is { IsEmpty: false } downgrade ? MembershipJson.DecodeDowngrade(downgrade) : "",
        };
    }

    private IEnumerable<(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value)> Entries(string bucket)
    {
        for (var cursor = _reader.Bucket(bucket); cursor is not null && cursor.MoveNext();)
        {
            yield return (cursor.Key, cursor.Value);
        }
    }

    private ImmutableDictionary<string, ReadOnlyMemory<byte>> Values(string bucket) =>
        Entries(bucket).ToImmutableDictionary(entry => Encoding.UTF8.GetString(entry.Key.Span), entry => entry.Value);

    private static ReadOnlyMemory<byte> Value(ImmutableDictionary<string, ReadOnlyMemory<byte>> values, ReadOnlySpan<byte> name) =>
        values.GetValueOrDefault(Encoding.UTF8.GetString(name));

    private static ulong NumberIn(ImmutableDictionary<string, ReadOnlyMemory<byte>> values, ReadOnlySpan<byte> name) => Value(values, name) switch
    {
        { IsEmpty: true } => 0,
        { Length: 8 } number => BinaryPrimitives.ReadUInt64BigEndian(number.Span),
        var other => throw new FormatException($"{Encoding.UTF8.GetString(name)} has {other.Length} bytes instead of 8"),
    };

    private static long RevisionIn(ImmutableDictionary<string, ReadOnlyMemory<byte>> values, ReadOnlySpan<byte> name) =>
        Value(values, name) is { IsEmpty: false } revision ? RevisionOf(revision.Span, out _).Main : -1;

    private static ulong IdOf(ReadOnlySpan<byte> text) =>
        ulong.Parse(Encoding.ASCII.GetString(text), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static LeaseRecord LeaseOf(StoredLease lease) => new(lease.ID, lease.TTL, lease.RemainingTTL);

    private static ActiveAlarm AlarmOf(AlarmMember alarm) => new(alarm.MemberID, alarm.Alarm);
}
