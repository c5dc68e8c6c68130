using System.Buffers.Binary;
using System.Text;
using EtcdEdge.Base.Cryptography;
using EtcdEdge.Configuration;
using EtcdEdge.Raft;
using EtcdEdge.Raft.Membership;
using EtcdEdge.Raft.Model;
using EtcdEdge.StateMachine.Cluster;

namespace EtcdEdge.Snapshots.Members;

/// <summary>
/// A cluster as <c>--initial-cluster</c> describes it, and what follows from that alone: the ids (etcd server/etcdserver/api/membership: a member's
/// id is the first eight bytes, big endian, of SHA-1 over its sorted peer URLs and the cluster token; the cluster's id the same over the sorted
/// member ids) and the first entries of the log, which every member writes identically before it contacts any other.
/// </summary>
public sealed class InitialClusterMembers
{
    public InitialClusterMembers(ClusterOptions options)
    {
        Members = [.. options.InitialMembers.Select(member => MemberOf(member, options.InitialClusterToken)).OrderBy(member => member.Id)];
        var ids = new byte[8 * Members.Count];
        for (var i = 0; i < Members.Count; i++)
        {
            BinaryPrimitives.WriteUInt64BigEndian(ids.AsSpan(8 * i), Members[i].Id);
        }

        ClusterId = IdOf(ids);
    }

    /// <summary>Ordered by id; all voters.</summary>
    public IReadOnlyList<Member> Members { get; }

    public ulong ClusterId { get; }

    public Member? Named(string name) => Members.FirstOrDefault(member => member.Name == name);

    /// <summary>The initial log: one configuration change per member, and the hard state that declares them committed.</summary>
    public (HardState HardState, IReadOnlyList<Entry> Entries) Log() => BootstrapLog.Create([.. Members.Select(Founding)]);

    /// <summary>A member's id: of its sorted peer URLs and, for founders, the cluster's token; for those added later the time of it.</summary>
    public static ulong MemberId(IReadOnlyList<string> sortedUrls, string salt) => IdOf(Encoding.UTF8.GetBytes(string.Concat(sortedUrls) + salt));

    private static ConfChange Founding(Member member)
    {
        var birth = new MembershipChange(0, MembershipChangeKind.Add, member with { Name = "" });
        return ConfChange.Of(ConfChangeType.AddVoter, member.Id) with { Context = birth.Encode() };
    }

    private static Member MemberOf(InitialMember member, string token)
    {
        string[] urls = [.. member.PeerUrls.Select(url => url.ToString()).Order(StringComparer.Ordinal)];
        return new Member { Id = MemberId(urls, token), Name = member.Name, PeerUrls = [.. urls] };
    }

    private static ulong IdOf(byte[] content) => BinaryPrimitives.ReadUInt64BigEndian(Sha1.Of(content));
}
