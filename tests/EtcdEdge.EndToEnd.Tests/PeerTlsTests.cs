using EtcdEdge.Testing;
using Xunit;

namespace EtcdEdge.EndToEnd.Tests;

// Goal: members speak TLS with each other, whoever has no right certificate stays out, and both sides say why in a line. Method: three daemons, a
// certificate authority of the test's own; the third is the one that is wrong.
public sealed class PeerTlsTests : IDisposable
{
    private readonly TestCa _ca = new();
    private readonly TestCa _stranger = new("stranger");

    public void Dispose()
    {
        _ca.Dispose();
        _stranger.Dispose();
    }

    [Fact]
    public async Task Members_with_certificates_are_a_cluster_and_renew_them_without_a_restart()
    {
        await using var cluster = new TestCluster(3, flags: Mutual(_ca.Issue("peer", "first")), peerScheme: "https");
        await cluster.StartAsync();
        await cluster.CtlAsync("put", "key", "1");
        Assert.Contains("CN=first", await ShownAsync(cluster[0]), StringComparison.Ordinal);
        _ca.Issue("peer", "renewed");
        await TestCluster.EventuallyAsync(
            async () => (await ShownAsync(cluster[0])).Contains("CN=renewed", StringComparison.Ordinal), "the old certificate is shown");
        await cluster[2].StopAsync();
        await cluster[2].StartAsync();
        await TestCluster.EventuallyAsync(async () => (await cluster.TryCtlAsync(2, "get", "key")).Output == "key\n1\n",
            "the restarted member does not come back");
    }

    [Fact]
    public async Task Peer_auto_tls_needs_no_file()
    {
        await using var cluster = new TestCluster(3, flags: ["--peer-auto-tls"], peerScheme: "https");
        await cluster.StartAsync();
        await cluster.CtlAsync("put", "key", "1");
        Assert.True(File.Exists(Path.Combine(cluster[0].DataDirectory, "fixtures", "peer", "cert.pem")));
    }

    [Theory]
    [InlineData("none", "tls: client didn't provide a certificate")]
    [InlineData("another authority", "x509: certificate signed by unknown authority")]
    [InlineData("expired", "x509: certificate has expired or is not yet valid")]
    [InlineData("revoked", "revoked")]
    [InlineData("server only", "x509: certificate specifies an incompatible key usage")]
    [InlineData("another name", "client certificate authentication failed")]
    public async Task A_member_without_the_right_certificate_stays_out_and_both_sides_say_so(string wrong, string reason)
    {
        var (good, bad) = (_ca.Issue("good", "member"), Wrong(wrong));
        var isBare = wrong == "none";
        string[] check = wrong switch
        {
            "revoked" => [$"--peer-crl-file={_ca.Revoke("crl", pem: false, bad.Cert)}"],
            "another name" => ["--peer-cert-allowed-cn=member"],
            _ => [],
        };
        var odd = isBare ? [$"--peer-trusted-ca-file={_ca.CaFile}"] : Mutual(bad);
        await using var cluster = new TestCluster(
            3, flagsOf: new() { [0] = [.. Mutual(good), .. check], [1] = [.. Mutual(good), .. check], [2] = odd }, peerScheme: "https",
                cleartext: isBare ? 2 : -1);
        cluster.Members.ToList().ForEach(member => member.Start());
        await Task.WhenAll(cluster[0].WaitReadyAsync(), cluster[1].WaitReadyAsync());
        await TestCluster.EventuallySaysAsync(cluster[0], "rejected connection on peer endpoint", reason);
        await TestCluster.EventuallySaysAsync(cluster[2], "cannot reach peer", "the other member's log says why", isBare
            ? "--peer-cert-file and --peer-key-file are not given" : "the certificate in --peer-cert-file");
        Assert.Equal(0, (await cluster.TryCtlAsync(0, "put", "key", "1")).ExitCode);
    }

    [Fact]
    public async Task A_member_whose_certificate_is_for_another_host_is_not_spoken_to()
    {
        var bad = _ca.Issue("bad", "member", host: "10.1.2.3");
        await using var cluster = new TestCluster(
            3, flagsOf: new() { [0] = Mutual(_ca.Issue("good")), [1] = Mutual(_ca.Issue("good1")), [2] = Mutual(bad) }, peerScheme: "https");
        cluster.Members.ToList().ForEach(member => member.Start());
        await Task.WhenAll(cluster[0].WaitReadyAsync(), cluster[1].WaitReadyAsync());
        await TestCluster.EventuallySaysAsync(cluster[0], "cannot reach peer", "x509: certificate is not valid for 127.0.0.1");
        await TestCluster.EventuallySaysAsync(cluster[2], "rejected connection on peer endpoint",
            "it may not trust the certificate in --peer-cert-file");
    }

    [Fact]
    public async Task A_member_in_cleartext_does_not_get_in()
    {
        await using var cluster = new TestCluster(
            3, flagsOf: new() { [0] = Mutual(_ca.Issue("good")), [1] = Mutual(_ca.Issue("good1")) }, peerScheme: "https");
        await using var stranger = new Daemon(Binaries.Server, flags:
        [
            "--name=m4", "--initial-cluster-state=existing", $"--initial-cluster=m1=http://127.0.0.1:{cluster[0].PeerPort},m4=http://127.0.0.1:1",
            "--initial-advertise-peer-urls=http://127.0.0.1:1",
        ]);
        cluster[0].Start();
        cluster[1].Start();
        await Task.WhenAll(cluster[0].WaitReadyAsync(), cluster[1].WaitReadyAsync());
        stranger.Start();
        Assert.True(await stranger.WaitForExitAsync(TimeSpan.FromSeconds(60)), "it runs without having joined");
        await TestCluster.EventuallySaysAsync(cluster[0], "rejected connection on peer endpoint");
        await TestCluster.EventuallySaysAsync(stranger, "cannot fetch cluster info from peer urls", $"http://127.0.0.1:{cluster[0].PeerPort}: ");
    }

    private (string Cert, string Key) Wrong(string wrong) => wrong switch
    {
        "another authority" => _stranger.Issue("bad"),
        "expired" => _ca.Issue("bad", fromDays: -3, toDays: -2),
        "server only" => _ca.Issue("bad", forClient: false),
        "another name" => _ca.Issue("bad", "mallory"),
        _ => _ca.Issue("bad"),
    };

    private string[] Mutual((string Cert, string Key) identity) =>
        [$"--peer-cert-file={identity.Cert}", $"--peer-key-file={identity.Key}", $"--peer-trusted-ca-file={_ca.CaFile}", "--peer-client-cert-auth"];

    private async Task<string> ShownAsync(Daemon daemon)
    {
        var (cert, key) = _ca.Issue("looker");
        string[] arguments = ["-sSv", "--http1.1", "--cacert", _ca.CaFile, "--cert", cert, "--key", key, daemon.PeerUrl + "/version"];
        return (await Command.RunAsync("curl", arguments)).Error;
    }
}
