namespace EtcdEdge.Configuration;

public static partial class FlagTable
{
    private const string NoDiscovery = "discovery is not served; name the members in --initial-cluster";
    private const string DiscoveryUnused = "discovery is not served, so nothing uses it";

    private static Flag[] Clustering() =>
    [
        Urls("initial-advertise-peer-urls", "http://localhost:2380", "Peer URLs this member tells the others."),
        Text("initial-cluster", "default=http://localhost:2380", "Members the cluster starts with, name=url,name=url."),
        Text("initial-cluster-state", "new", "\"new\" starts a cluster, \"existing\" joins one; ignored once there is data."),
        Text("initial-cluster-token", "etcd-cluster", "Keeps clusters with equal names apart."),
        Urls("advertise-client-urls", "http://localhost:2379", "Client URLs this member tells everybody."),
        Text("discovery", "", "URL of a v2 discovery service.").In("3.4–3.6").Refuses(NoDiscovery),
        Text("discovery-token", "", "Token at the discovery service.").In("3.6–3.8").Key("discovery-config.token").Refuses(NoDiscovery),
        List("discovery-endpoints", "", "Endpoints of the discovery service.").In("3.6–3.8").Key("discovery-config.client.endpoints")
            .Refuses(NoDiscovery),
        Text("discovery-srv", "", "DNS domain whose SRV records name the members.").Refuses(NoDiscovery),
        Text("discovery-srv-name", "", "Suffix of the SRV service name.").Warns(DiscoveryUnused),
        Text("discovery-fallback", "exit", "What to do when discovery fails.").Key("")
            .Refuses("v2 proxy is deprecated, and --discovery-fallback can't be configured as \"proxy\""),
        Text("discovery-proxy", "", "HTTP proxy for discovery.").In("3.4–3.6").Warns(DiscoveryUnused),
        .. DiscoveryClient(),
        Switch("strict-reconfig-check", true, "Refuse membership changes that would lose the quorum."),
        Switch("pre-vote", true, "Ask for votes before disturbing a leader."),
        Text("auto-compaction-retention", "0", "History to keep; 0 is all of it."),
        Text("auto-compaction-mode", "periodic", "\"periodic\": retention is a time, hours without a unit; \"revision\": a number of revisions."),
        Count("max-learners", "1", "Most learners at a time.").In("3.6–3.8"),
        Count("snapshot-catchup-entries", "5000", "Entries kept for slow followers.").In("3.6–3.8"),
    ];

    private static Flag[] DiscoveryClient() =>
    [
        .. from flag in (Flag[])
        [
            Duration("discovery-dial-timeout", "2s", "Dial timeout of discovery.").Key("discovery-config.client.dial-timeout"),
            Duration("discovery-request-timeout", "5s", "Request timeout of discovery.").Key("discovery-config.client.request-timeout"),
            Duration("discovery-keepalive-time", "2s", "Keepalive time of discovery.").Key("discovery-config.client.keepalive-time"),
            Duration("discovery-keepalive-timeout", "6s", "Keepalive timeout of discovery.").Key("discovery-config.client.keepalive-timeout"),
            Switch("discovery-insecure-transport", true, "Discovery without TLS.").Key("discovery-config.client.secure.insecure-transport"),
            Switch("discovery-insecure-skip-tls-verify", false, "Discovery without checking certificates.")
                .Key("discovery-config.client.secure.insecure-skip-tls-verify"),
            Text("discovery-cert", "", "Certificate for discovery.").Key("discovery-config.client.secure.cert"),
            Text("discovery-key", "", "Key for discovery.").Key("discovery-config.client.secure.key"),
            Text("discovery-cacert", "", "CA for discovery.").Key("discovery-config.client.secure.cacert"),
            Text("discovery-user", "", "User at the discovery service.").Key("discovery-config.client.auth.username"),
            Text("discovery-password", "", "Password at the discovery service.").Key("discovery-config.client.auth.password"),
        ]
        select flag.In("3.6–3.8").Warns(DiscoveryUnused)
    ];
}
