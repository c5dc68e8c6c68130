namespace EtcdEdge.Configuration;

public static partial class FlagTable
{
    private const string NoSelfCalls = "the JSON gateway reaches the server within the process, so no certificate is shown";

    private static Flag[] Security() =>
    [
        .. ClientSecurity(),
        .. PeerSecurity(),
        .. CommonTls(),
        List("cors", "*", "Origins that may call over HTTP; * is every one."),
        List("host-whitelist", "*", "Host names plain HTTP requests may carry; * is every one."),
    ];

    private static Flag[] ClientSecurity() =>
    [
        Text("cert-file", "", "Certificate for clients.").Key("client-transport-security.cert-file"),
        Text("key-file", "", "Its key.").Key("client-transport-security.key-file"),
        Text("client-cert-file", "", "Certificate to show when this member is the client.").In("3.5–3.8")
            .Key("client-transport-security.client-cert-file").Warns(NoSelfCalls),
        Text("client-key-file", "", "Its key.").In("3.5–3.8").Key("client-transport-security.client-key-file").Warns(NoSelfCalls),
        Switch("client-cert-auth", false, "Require a certificate of clients.").Key("client-transport-security.client-cert-auth"),
        Text("client-crl-file", "", "Revoked client certificates.").Key(""),
        List("client-cert-allowed-hostname", "", "Host names allowed in client certificates.").Key("client-transport-security.allowed-hostname"),
        Text("trusted-ca-file", "", "CA that signs client certificates.").Key("client-transport-security.trusted-ca-file"),
        Switch("auto-tls", false, "Make a self-signed certificate for clients.").Key("client-transport-security.auto-tls"),
    ];

    private static Flag[] PeerSecurity() =>
    [
        Text("peer-cert-file", "", "Certificate for peers.").Key("peer-transport-security.cert-file"),
        Text("peer-key-file", "", "Its key.").Key("peer-transport-security.key-file"),
        Switch("peer-client-cert-auth", false, "Require a certificate of peers.").Key("peer-transport-security.client-cert-auth"),
        Text("peer-trusted-ca-file", "", "CA that signs peer certificates.").Key("peer-transport-security.trusted-ca-file"),
        List("peer-cert-allowed-cn", "", "Common names allowed in peer certificates.").Key("peer-transport-security.allowed-cn"),
        List("peer-cert-allowed-hostname", "", "Host names allowed in peer certificates.").Key("peer-transport-security.allowed-hostname"),
        Switch("peer-auto-tls", false, "Make a self-signed certificate for peers.").Key("peer-transport-security.auto-tls"),
        Text("peer-client-cert-file", "", "Certificate to show to peers.").In("3.5–3.8").Key("peer-transport-security.client-cert-file"),
        Text("peer-client-key-file", "", "Its key.").In("3.5–3.8").Key("peer-transport-security.client-key-file"),
        Text("peer-crl-file", "", "Revoked peer certificates.").Key(""),
        Switch("peer-skip-client-san-verification", false, "Do not check addresses in peer certificates.").In("3.6–3.8")
            .Key("peer-transport-security.skip-client-san-verification"),
    ];

    private static Flag[] CommonTls() =>
    [
        Count("self-signed-cert-validity", "1", "Years a self-made certificate is valid.").In("3.5–3.8"),
        List("cipher-suites", "", "Cipher suites to offer; empty is the platform's choice."),
        Text("tls-min-version", "TLS1.2", "Oldest TLS to speak: TLS1.2 or TLS1.3."),
        Text("tls-max-version", "", "Newest TLS to speak: TLS1.2, TLS1.3 or empty."),
    ];

    private static Flag[] Auth() =>
    [
        Text("auth-token", "simple", "\"simple\" or \"jwt,…\" tokens."),
        Count("bcrypt-cost", "10", "Cost of hashing passwords, 4 to 31."),
        Count("auth-token-ttl", "300", "Seconds a token lives."),
    ];
}
