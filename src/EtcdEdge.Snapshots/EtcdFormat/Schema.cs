using System.Buffers.Binary;

namespace EtcdEdge.Snapshots.EtcdFormat;

/// <summary>Names and keys of etcd's database (etcd server/storage/schema).</summary>
public static class Schema
{
    public const string Alarm = "alarm";
    public const string Auth = "auth";
    public const string AuthRoles = "authRoles";
    public const string AuthUsers = "authUsers";
    public const string Cluster = "cluster";
    public const string Key = "key";
    public const string Lease = "lease";
    public const string Members = "members";
    public const string MembersRemoved = "members_removed";
    public const string Meta = "meta";

    /// <summary>Main revision, '_', sub revision; a tombstone's has a 't' behind (mvcc/revision.go).</summary>
    public const int RevisionBytes = 17;

    public static ReadOnlySpan<byte> ConsistentIndex => "consistent_index"u8;

    public static ReadOnlySpan<byte> Term => "term"u8;

    public static ReadOnlySpan<byte> ConfState => "confState"u8;

    public static ReadOnlySpan<byte> StorageVersion => "storageVersion"u8;

    public static ReadOnlySpan<byte> ScheduledCompact => "scheduledCompactRev"u8;

    public static ReadOnlySpan<byte> FinishedCompact => "finishedCompactRev"u8;

    public static ReadOnlySpan<byte> ClusterVersion => "clusterVersion"u8;

    public static ReadOnlySpan<byte> Downgrade => "downgrade"u8;

    public static ReadOnlySpan<byte> AuthEnabled => "authEnabled"u8;

    public static ReadOnlySpan<byte> AuthRevision => "authRevision"u8;

    public static void WriteRevision(Span<byte> into, long main, long sub)
    {
        BinaryPrimitives.WriteInt64BigEndian(into, main);
        into[8] = (byte)'_';
        BinaryPrimitives.WriteInt64BigEndian(into[9..], sub);
    }

    public static byte[] Number(ulong value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return bytes;
    }

    public static byte[] Revision(long main)
    {
        var bytes = new byte[RevisionBytes];
        WriteRevision(bytes, main, 0);
        return bytes;
    }
}
