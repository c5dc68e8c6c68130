using System.Buffers.Binary;
using System.Text;
using EtcdEdge.Raft;
using EtcdEdge.Server.Configuration;
using EtcdEdge.StateMachine.Cluster;

namespace EtcdEdge.Server.Bootstrap;

/// <summary>
/// A cluster as <c>--initial-cluster</c> describes it, and what follows from that alone: the ids (etcd server/etcdserver/api/membership: a member's id is
/// the first eight bytes, big endian, of SHA-1 over its sorted peer URLs and the cluster token; the cluster's id the same over the sorted member
/// ids) and the first entries of the log, which every member writes alike before it speaks to any other.
/// </summary>
internal sealed class ClusterBirth
{
    private const ulong FirstTerm = 1;

    public ClusterBirth(ClusterOptions options)
    {
        Members = [.. options.InitialMembers.Select(member => MemberOf(member, options.InitialClusterToken)).OrderBy(member => member.Id)];
        var ids = new byte[8 * Members.Count];
        for (int i = 0; i < Members.Count; i++)
        {
            BinaryPrimitives.WriteUInt64BigEndian(ids.AsSpan(8 * i), Members[i].Id);
        }
        ClusterId = IdOf(ids);
    }

    /// <summary>Ordered by id; all voters.</summary>
    public IReadOnlyList<Member> Members { get; }

    public ulong ClusterId { get; }

    /// <summary>The hard state to go with <see cref="Entries"/>: they are committed by being written.</summary>
    public HardState HardState => new(FirstTerm, 0, (ulong)Members.Count);

    public Member? Named(string name) => Members.FirstOrDefault(member => member.Name == name);

    /// <summary>One configuration change per member, indexes from 1.</summary>
    public Entry[] Entries()
    {
        var entries = new Entry[Members.Count];
        for (int i = 0; i < entries.Length; i++)
        {
            var birth = new MembershipChange(0, MembershipChangeKind.Add, Members[i] with { Name = "" });
            var change = ConfChange.Of(ConfChangeType.AddVoter, Members[i].Id) with { Context = birth.Encode() };
            entries[i] = new Entry(FirstTerm, (ulong)i + 1, EntryType.ConfChange, change.Encode());
        }
        return entries;
    }

    private static Member MemberOf(InitialMember member, string token)
    {
        string[] urls = [.. member.PeerUrls.Select(url => url.ToString()).Order(StringComparer.Ordinal)];
        return new Member { Id = IdOf(Encoding.UTF8.GetBytes(string.Concat(urls) + token)), Name = member.Name, PeerUrls = [.. urls] };
    }

    private static ulong IdOf(byte[] content) => BinaryPrimitives.ReadUInt64BigEndian(Sha1.Of(content));
}
