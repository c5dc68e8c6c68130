// Goal: members talk over mutual TLS, and one with the wrong certificate is kept out with a line on both sides. Method: transports on loopback.

using EtcdEdge.Configuration;
using EtcdEdge.Peers.Tls;
using EtcdEdge.Server.Tests.Peers;
using EtcdEdge.Testing;
using Xunit;

namespace EtcdEdge.Server.Tests.Tls;

public sealed class PeerTlsTests : IDisposable
{
    private readonly TestCa _ca = new();
    private readonly TestCa _otherCa = new("other");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _ca.Dispose();
        _otherCa.Dispose();
    }

    [Fact]
    public async Task Members_talk_over_mutual_tls()
    {
        await using var a = new TestMember(1, tls: Context(_ca, "a")) { SnapshotBytes = 3_000_000 };
        await using var b = new TestMember(2, tls: Context(_ca, "b"));
        TestMember.Introduce(a, b);
        await a.ConnectedAsync(b);
        var message = Messages.Append(1, 2, 5, 2_000_000);
        a.Send(message, Messages.Heartbeat(1, 2, 4));
        Messages.AssertEqual(message, await b.NextAppendAsync());
        Assert.Equal(4UL, (await b.NextAsync()).Context);
        a.Send(Messages.Snapshot(1, 2, 9));
        Assert.Equal((2UL, true), await a.NextSnapshotSentAsync());
        Assert.Equal(TestMember.SnapshotDigest(3_000_000), b.StoredDigest);
    }

    [Fact]
    public async Task A_member_with_another_cas_certificate_is_kept_out()
    {
        await using var a = new TestMember(1, tls: Context(_ca, "a"));
        await using var b = new TestMember(2, tls: Context(_otherCa, "b"));
        TestMember.Introduce(a, b);
        await a.LoggedAsync("cannot reach peer");
        await a.LoggedAsync("rejected connection on peer endpoint");
        Assert.Null(a.Transport.ConnectedFor(2));
    }

    [Fact]
    public async Task A_member_that_dials_from_an_address_its_certificate_does_not_name_is_kept_out()
    {
        await using var a = new TestMember(1, tls: Context(_ca, "a"));
        await using var b = new TestMember(2, tls: Context(_ca, "b", host: "10.1.2.3"));
        TestMember.Introduce(a, b);
        await a.LoggedAsync("x509: certificate is valid for 10.1.2.3, not 127.0.0.1");
    }

    [Fact]
    public async Task Self_made_certificates_encrypt_between_members()
    {
        await using var a = new TestMember(1, tls: SelfMade("a"));
        await using var b = new TestMember(2, tls: SelfMade("b"));
        TestMember.Introduce(a, b);
        await a.ConnectedAsync(b);
        await b.ConnectedAsync(a);
    }

    [Fact]
    public void A_self_made_certificate_is_kept_and_private()
    {
        var directory = Path.Combine(_ca.Directory, "fixtures", "peer");
        var logger = new RecordingLogger();
        var (cert, key) = SelfSignedCertificate.Ensure(directory, ["10.0.0.1", "node"], 2, logger);
        var content = File.ReadAllBytes(cert);
        SelfSignedCertificate.Ensure(directory, ["10.0.0.1", "node"], 2, logger);
        Assert.Equal(content, File.ReadAllBytes(cert));
        Assert.Equal(Path.Combine(directory, "key.pem"), key);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
        }

        using var certificate = System.Security.Cryptography.X509Certificates.X509CertificateLoader.LoadCertificateFromFile(cert);
        Assert.Equal("O=etcd", certificate.Subject);
        Assert.True(certificate.MatchesHostname("10.0.0.1") && certificate.MatchesHostname("node"));
        Assert.InRange(certificate.NotAfter, DateTime.Now.AddDays(729), DateTime.Now.AddDays(731));
        Assert.Single(logger.Lines);
    }

    private static TlsContext Context(TestCa ca, string name, string host = "127.0.0.1")
    {
        var (cert, key) = ca.Issue(name, host: host);
        var options = new TlsOptions { CertFile = cert, KeyFile = key, TrustedCaFile = ca.CaFile, ClientCertAuth = true };
        var setup = new TlsSetup { Side = TlsSide.Peer, Options = options, Policy = new TlsPolicy() };
        return new TlsContext(setup, new RecordingLogger(), TimeProvider.System);
    }

    private TlsContext SelfMade(string name)
    {
        var server = new ServerOptions { DataDir = Path.Combine(_ca.Directory, name), PeerTls = new TlsOptions { AutoTls = true } };
        return TlsContext.Of(server, TlsSide.Peer, new RecordingLogger(), TimeProvider.System)!;
    }
}
