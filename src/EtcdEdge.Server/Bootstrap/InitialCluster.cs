using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace EtcdEdge.Server.Bootstrap;

/// <summary>One member as <c>--initial-cluster</c> names it. Peer URLs are sorted, as etcd sorts them before it computes the id.</summary>
internal sealed record InitialMember(ulong Id, string Name, IReadOnlyList<string> PeerUrls);

/// <summary>
/// The members a cluster is born with, and the ids that follow from them (etcd server/etcdserver/api/membership): a member's id is the first eight
/// bytes, big endian, of SHA-1(its sorted peer URLs joined + the cluster token); the cluster's id is the same of the sorted member ids.
/// </summary>
internal sealed class InitialCluster
{
    private InitialCluster(IReadOnlyList<InitialMember> members)
    {
        Members = members;
        Span<byte> ids = stackalloc byte[8];
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        foreach (var member in members)
        {
            BinaryPrimitives.WriteUInt64BigEndian(ids, member.Id);
            hash.AppendData(ids);
        }
        ClusterId = BinaryPrimitives.ReadUInt64BigEndian(hash.GetHashAndReset());
    }

    /// <summary>Ordered by id.</summary>
    public IReadOnlyList<InitialMember> Members { get; }

    public ulong ClusterId { get; }

    public static InitialCluster Create(IReadOnlyDictionary<string, IReadOnlyList<string>> peerUrlsByName, string token) =>
        new([.. peerUrlsByName.Select(m => Member(m.Key, m.Value, token)).OrderBy(m => m.Id)]);

    public InitialMember? Named(string name) => Members.FirstOrDefault(m => m.Name == name);

    private static InitialMember Member(string name, IReadOnlyList<string> peerUrls, string token)
    {
        string[] sorted = [.. peerUrls.Order(StringComparer.Ordinal)];
        byte[] digest = SHA1Digest(string.Concat(sorted) + token);
        return new InitialMember(BinaryPrimitives.ReadUInt64BigEndian(digest), name, sorted);
    }

    private static byte[] SHA1Digest(string text)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(Encoding.UTF8.GetBytes(text));
        return hash.GetHashAndReset();
    }
}
