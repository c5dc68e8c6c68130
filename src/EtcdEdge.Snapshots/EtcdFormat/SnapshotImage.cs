using System.Globalization;
using System.Text;
using EtcdEdge.Api;
using EtcdEdge.Api.Stored;
using EtcdEdge.Configuration;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Snapshot;
using EtcdEdge.Storage.Bbolt;
using Google.Protobuf;

namespace EtcdEdge.Snapshots.EtcdFormat;

/// <summary>A state as the database file that etcd 3.6 would have of it: what Maintenance.Snapshot streams and etcd's tools restore from.</summary>
public static class SnapshotImage
{
    /// <summary>Plans the image: one walk over the state's records. The records must not change, as those of a published root never do.</summary>
    public static BboltImage Of(StateSnapshot state)
    {
        var header = state.Header;
        return new BboltImage(
        [
            new BboltBucket(Schema.Key, () => new RecordEntries(state.Root)),
            Bucket(Schema.Meta, MetaOf(header)),
            Bucket(Schema.Lease, header.Leases.Select(lease => (Schema.Number((ulong)lease.Id), LeaseOf(lease)))),
            Bucket(Schema.Alarm, header.Alarms.Select(alarm => (AlarmOf(alarm), Array.Empty<byte>()))),
            Bucket(Schema.Cluster, ClusterOf(header)),
            Bucket(Schema.Members, header.Cluster.Members.Select(member => (IdOf(member.Id), MembershipJson.Encode(member)))),
            Bucket(Schema.MembersRemoved, header.Cluster.Removed.Select(id => (IdOf(id), "removed"u8.ToArray()))),
            Bucket(Schema.Auth, AuthOf(header)),
            Bucket(Schema.AuthUsers, header.Auth.Users.Values.Select(user => (Encoding.UTF8.GetBytes(user.Name), user.ToMessage().ToByteArray()))),
            Bucket(Schema.AuthRoles, header.Auth.Roles.Values.Select(role => (Encoding.UTF8.GetBytes(role.Name), role.ToMessage().ToByteArray()))),
        ]);
    }

    private static BboltBucket Bucket(string name, IEnumerable<(byte[] Key, byte[] Value)> entries)
    {
        var list = entries.ToArray();
        return new BboltBucket(name, () => new BboltList(list));
    }

    private static IEnumerable<(byte[] Key, byte[] Value)> MetaOf(StateSnapshotHeader header)
    {
        yield return (Schema.ConsistentIndex.ToArray(), Schema.Number(header.AppliedIndex));
        yield return (Schema.Term.ToArray(), Schema.Number(header.AppliedTerm));
        yield return (Schema.ConfState.ToArray(), MembershipJson.EncodeConfState(header.Cluster.Members));
        yield return (Schema.StorageVersion.ToArray(), Encoding.ASCII.GetBytes(VersionText.Cluster));
        if (header.CompactRevision >= 0)
        {
            // What is still to be removed is not in the image, so the compaction is finished in it.
            yield return (Schema.ScheduledCompact.ToArray(), Schema.Revision(header.CompactRevision));
            yield return (Schema.FinishedCompact.ToArray(), Schema.Revision(header.CompactRevision));
        }
    }

    private static IEnumerable<(byte[] Key, byte[] Value)> ClusterOf(StateSnapshotHeader header)
    {
        if (header.Cluster.Version.Length > 0)
        {
            yield return (Schema.ClusterVersion.ToArray(), Encoding.ASCII.GetBytes(header.Cluster.Version));
        }

        if (header.Cluster.DowngradeTarget.Length > 0)
        {
            yield return (Schema.Downgrade.ToArray(), MembershipJson.EncodeDowngrade(header.Cluster.DowngradeTarget));
        }
    }

    private static IEnumerable<(byte[] Key, byte[] Value)> AuthOf(StateSnapshotHeader header)
    {
        yield return (Schema.AuthEnabled.ToArray(), [header.Auth.IsEnabled ? (byte)1 : (byte)0]);
        yield return (Schema.AuthRevision.ToArray(), Schema.Number(header.Auth.Revision));
    }

    private static byte[] LeaseOf(LeaseRecord lease) =>
        new StoredLease { ID = lease.Id, TTL = lease.TtlSeconds, RemainingTTL = lease.CheckpointSeconds }.ToByteArray();

    private static byte[] AlarmOf(StateMachine.Cluster.ActiveAlarm alarm) =>
        new AlarmMember { MemberID = alarm.MemberId, Alarm = alarm.Type }.ToByteArray();

    private static byte[] IdOf(ulong id) => Encoding.ASCII.GetBytes(id.ToString("x", CultureInfo.InvariantCulture));
}
