using EtcdEdge.Configuration;
using EtcdEdge.Peers.Tls;
using EtcdEdge.Server.Common;
using EtcdEdge.Snapshots.Members;
using EtcdEdge.StateMachine.Cluster;

namespace EtcdEdge.Server.Bootstrap;

/// <summary>
/// What a member without data asks the other members before it takes an identity (etcd server/etcdserver/bootstrap.go): when joining, its id; when
/// founding, whether it was a member before. A member that lost its data must not return under its old id, because it has lost its vote and its
/// acknowledgements.
/// </summary>
internal static class ClusterJoin
{
    /// <summary>The cluster to join, or null when this member founds one.</summary>
    /// <exception cref="StartException">It may do neither, with the next step.</exception>
    public static async Task<ExistingCluster?> PrepareAsync(ServerOptions options, TlsContext? tls, CancellationToken cancel)
    {
        var others = UrlsOfOthers(options);
        if (options.Cluster.InitialClusterState == InitialClusterState.New)
        {
            var found = await RemoteCluster.AskAsync(others, tls, BootstrapLimits.FounderPatience, [], cancel);
            RefuseTheReturned(options, found);
            return null;
        }

        var failures = new List<string>();
        var existing = await RemoteCluster.AskAsync(others, tls, BootstrapLimits.JoinerPatience, failures, cancel)
            ?? throw new StartException("cannot fetch cluster info from peer urls: could not retrieve cluster information from the given URLs "
                + $"({string.Join("; ", failures)}); --initial-cluster must name running members beside this one");
        return Match(options, existing);
    }

    /// <summary>The peer URLs of all other members in --initial-cluster.</summary>
    public static IEnumerable<ListenUrl> UrlsOfOthers(ServerOptions options) =>
        options.Cluster.InitialMembers.Where(member => member.Name != options.Name).SelectMany(member => member.PeerUrls);

    private static void RefuseTheReturned(ServerOptions options, RemoteCluster? found)
    {
        var birth = new InitialClusterMembers(options.Cluster);
        if (found is not null && found.ClusterId == birth.ClusterId
            && birth.Named(options.Name) is { } self
                && found.Members.FirstOrDefault(member => member.Id == self.Id) is { ClientUrls.Length: > 0 } known)
        {
            throw Returned(known);
        }
    }

    /// <summary>The members of --initial-cluster and of the running cluster must be the same, by their URLs; then this member has its id.</summary>
    internal static ExistingCluster Match(ServerOptions options, RemoteCluster existing)
    {
        var named = options.Cluster.InitialMembers.Select(member => (member.Name, Urls: Sorted(member.PeerUrls.Select(url => url.ToString()))));
        var local = named.OrderBy(member => member.Urls, StringComparer.Ordinal).ToArray();
        var remote = existing.Members.OrderBy(member => Sorted(member.PeerUrls), StringComparer.Ordinal).ToArray();
        if (local.Length != remote.Length)
        {
            throw Invalid(existing, "member count is unequal",
                "--initial-cluster must name exactly the members of \"etcdctl member list\", this one among them");
        }

        for (var i = 0; i < local.Length; i++)
        {
            if (local[i].Urls != Sorted(remote[i].PeerUrls))
            {
                throw Invalid(existing, $"unmatched member while checking PeerURLs ({local[i].Name}={local[i].Urls})",
                    "the URLs in --initial-cluster must be those that \"etcdctl member add\" was given");
            }
        }

        var at = Array.FindIndex(local, member => member.Name == options.Name);
        return remote[at] is { Name.Length: > 0 } known ? throw Returned(known)
            : new ExistingCluster(existing.ClusterId, remote[at].Id, existing.Members);
    }

    private static string Sorted(IEnumerable<string> urls) => string.Join(',', urls.Order(StringComparer.Ordinal));

    private static StartException Invalid(RemoteCluster existing, string why, string next)
    {
        var members = string.Join(' ', existing.Members.Select(member => $"{member.Id:x}={Sorted(member.PeerUrls)}"));
        return new StartException($"error validating peerURLs {{ClusterID:{existing.ClusterId:x} Members:[{members}]}}: {why}; {next}");
    }

    private static StartException Returned(Member known) => new(
        $"member {known.Id:x} has already been bootstrapped: its data directory is gone, and with it what it promised; "
        + $"replace it: etcdctl member remove {known.Id:x}; etcdctl member add {known.Name} --peer-urls={string.Join(',', known.PeerUrls)}; "
        + "then start it with an empty data directory and --initial-cluster-state=existing");
}
