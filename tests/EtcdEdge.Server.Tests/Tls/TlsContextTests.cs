// Goal: whoever etcd would let in gets in, nobody else, and the log says why. Method: handshakes over loopback with certificates made here.

using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using EtcdEdge.Configuration;
using EtcdEdge.Peers.Tls;
using EtcdEdge.Server.Tests.Peers;
using EtcdEdge.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EtcdEdge.Server.Tests.Tls;

public sealed class TlsContextTests : IDisposable
{
    private readonly TestCa _ca = new();
    private readonly TestCa _otherCa = new("other");
    private readonly RecordingLogger _logger = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _ca.Dispose();
        _otherCa.Dispose();
    }

    [Fact]
    public async Task A_certificate_of_the_ca_is_accepted_and_its_name_is_known() =>
        Assert.Equal("alice", await HandshakeAsync(Server(), Context(_ca.Issue("client", "alice"))));

    [Fact]
    public async Task A_certificate_of_another_ca_is_rejected() =>
        await RejectsAsync(Server(), Context(_otherCa.Issue("client")), "x509: certificate signed by unknown authority");

    [Fact]
    public async Task An_expired_certificate_is_rejected() =>
        await RejectsAsync(Server(), Context(_ca.Issue("client", fromDays: -9, toDays: -2)),
            "x509: certificate has expired or is not yet valid: current time");

    [Fact]
    public async Task A_certificate_from_the_future_is_rejected() =>
        await RejectsAsync(Server(), Context(_ca.Issue("client", fromDays: 3, toDays: 9)), "is before");

    [Fact]
    public async Task A_certificate_that_is_not_for_clients_is_rejected() =>
        await RejectsAsync(Server(), Context(_ca.Issue("client", forClient: false)), "x509: certificate specifies an incompatible key usage");

    [Fact]
    public async Task No_certificate_is_rejected() =>
        await RejectsAsync(Server(), null, "tls: client didn't provide a certificate");

    [Fact]
    public async Task Without_a_ca_no_certificate_is_asked_for() =>
        Assert.Equal("", await HandshakeAsync(Context(_ca.Issue("server")), null));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_revoked_certificate_is_rejected(bool pem)
    {
        var client = _ca.Issue("client");
        var crl = _ca.Revoke("crl", pem, client.Cert);
        await RejectsAsync(Server(options => options with { CrlFile = crl }), Context(client), "revoked");
        Assert.Equal("member", await HandshakeAsync(Server(options => options with { CrlFile = crl }), Context(_ca.Issue("client2"))));
    }

    [Fact]
    public async Task A_certificate_whose_authority_is_revoked_is_rejected()
    {
        var (cert, key, authority) = _ca.IssueBelow("below");
        var crl = _ca.Revoke("crl", pem: true);
        Assert.Equal("member", await HandshakeAsync(Server(options => options with { CrlFile = crl }), Context((cert, key))));
        _ca.Revoke("crl", pem: true, authority);
        await RejectsAsync(Server(options => options with { CrlFile = crl }), Context((cert, key)), "revoked");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_ca_and_the_demand_are_each_enough_to_keep_out_who_shows_nothing(bool isCa)
    {
        var server = Context(_ca.Issue("server"), options => isCa ? options with { TrustedCaFile = _ca.CaFile }
            : options with { ClientCertAuth = true });
        await RejectsAsync(server, null, "tls: client didn't provide a certificate");
        await RejectsAsync(server, Context(_otherCa.Issue("client")), "x509: certificate signed by unknown authority");
    }

    [Fact]
    public void Nothing_is_fetched_from_the_network_and_no_session_outlives_a_revocation()
    {
        var server = Server().ServerOptions();
        Assert.False(server.AllowTlsResume);
        Assert.True(server.CertificateChainPolicy!.DisableCertificateDownloads);
        Assert.True(Server().ClientOptions("127.0.0.1").CertificateChainPolicy!.DisableCertificateDownloads);
    }

    [Theory]
    [InlineData("stranger.invalid")]
    [InlineData("*.invalid")]
    public async Task A_peer_whose_names_lead_elsewhere_is_rejected(string host)
    {
        using var stranger = X509CertificateLoader.LoadCertificateFromFile(_ca.Issue("stranger", host: host).Cert);
        var error = await Assert.ThrowsAsync<AuthenticationException>(() => Server()
            .CheckClientAddressAsync(stranger, new IPEndPoint(IPAddress.Loopback, 1), Cancel));
        Assert.Equal($"tls: \"127.0.0.1\" does not match any of DNSNames [\"{host}\"]", error.Message);
    }

    [Fact]
    public async Task Only_allowed_common_names_get_in()
    {
        var server = Server(options => options with { AllowedCommonNames = ["alice", "bob"] });
        Assert.Equal("bob", await HandshakeAsync(server, Context(_ca.Issue("bob", "bob"))));
        await RejectsAsync(server, Context(_ca.Issue("eve", "eve")), "client certificate authentication failed");
    }

    [Fact]
    public async Task Only_allowed_host_names_get_in()
    {
        var server = Server(options => options with { AllowedHostnames = ["node.example"] });
        Assert.Equal("member", await HandshakeAsync(server, Context(_ca.Issue("in", host: "*.example"))));
        await RejectsAsync(server, Context(_ca.Issue("out", host: "node.other")), "client certificate authentication failed");
    }

    [Fact]
    public async Task A_server_with_another_hosts_certificate_is_not_trusted()
    {
        var server = Context(_ca.Issue("server", host: "elsewhere.example"));
        var client = Context(_ca.Issue("client"), options => options with { TrustedCaFile = _ca.CaFile });
        await RejectsAsync(server, client, "x509: certificate is not valid for 127.0.0.1");
    }

    [Fact]
    public async Task The_separate_client_certificate_is_shown_when_dialling()
    {
        var separate = _ca.Issue("dialler", "dialler");
        var client = Context(_ca.Issue("both"), options =>
            options with { TrustedCaFile = _ca.CaFile, ClientCertFile = separate.Cert, ClientKeyFile = separate.Key });
        Assert.Equal("dialler", await HandshakeAsync(Server(), client));
    }

    [Fact]
    public async Task A_renewed_certificate_is_shown_without_a_restart()
    {
        var files = _ca.Issue("server", "before");
        var server = Context(files);
        var client = Context(_ca.Issue("client"), options => options with { TrustedCaFile = _ca.CaFile });
        Assert.Equal("before", await ServerNameAsync(server, client));
        _ca.Issue("server", "after");
        Assert.Equal("before", await ServerNameAsync(server, client));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("after", await ServerNameAsync(server, client));
        Assert.Single(_logger.Lines, line => line.Contains("certificate files changed and are in use", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_renewed_certificate_that_is_broken_leaves_the_old_one_in_use()
    {
        var files = _ca.Issue("server", "before");
        var server = Context(files);
        var client = Context(_ca.Issue("client"), options => options with { TrustedCaFile = _ca.CaFile });
        await File.WriteAllTextAsync(files.Cert, "half of a certific", Cancel);
        for (var i = 0; i < 3; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(2));
            Assert.Equal("before", await ServerNameAsync(server, client));
        }

        var line = Assert.Single(_logger.Lines, line => line.Contains("cannot be used; the old ones stay in use", StringComparison.Ordinal));
        Assert.Contains("server.pem", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_newly_revoked_certificate_is_rejected_without_a_restart()
    {
        var client = _ca.Issue("client");
        var crl = _ca.Revoke("crl", pem: true);
        var server = Server(options => options with { CrlFile = crl });
        Assert.Equal("member", await HandshakeAsync(server, Context(client)));
        _ca.Revoke("crl", pem: true, client.Cert);
        _time.Advance(TimeSpan.FromSeconds(2));
        await RejectsAsync(server, Context(client), "revoked");
    }

    [Fact]
    public async Task Protocol_versions_and_cipher_suites_are_as_configured()
    {
        var old = new TlsPolicy { MaxVersion = SslProtocols.Tls12, CipherSuites = ["TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"] };
        var server = Context(_ca.Issue("server"), policy: old);
        await HandshakeAsync(server, Context(_ca.Issue("client")), (tls, _) =>
        {
            Assert.Equal(SslProtocols.Tls12, tls.SslProtocol);
            Assert.Equal(TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, tls.NegotiatedCipherSuite);
        });
        await RejectsAsync(server, Context(_ca.Issue("client"), policy: new TlsPolicy { MinVersion = SslProtocols.Tls13 }), null);
    }

    [Theory]
    [InlineData("TLS_NOT_A_SUITE")]
    [InlineData("5")]
    public void An_unknown_cipher_suite_is_refused_by_name(string name)
    {
        var error = Assert.Throws<TlsException>(() => Context(_ca.Issue("server"), policy: new TlsPolicy { CipherSuites = [name] }));
        Assert.Equal($"unexpected TLS cipher suite \"{name}\"", error.Message);
    }

    [Fact]
    public void A_key_of_another_certificate_is_refused_with_both_names()
    {
        var error = Assert.Throws<TlsException>(() => Context((_ca.Issue("one").Cert, _ca.Issue("two").Key)));
        Assert.Contains("one.pem", error.Message, StringComparison.Ordinal);
        Assert.Contains("two.key", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_refused_by_name()
    {
        var error = Assert.Throws<TlsException>(() => Context(("/nowhere/cert.pem", "/nowhere/key.pem")));
        Assert.Equal("open /nowhere/cert.pem: no such file or directory", error.Message);
    }

    [Fact]
    public void Certificate_without_key_is_refused()
    {
        var error = Assert.Throws<TlsException>(() => Context(("/a/cert.pem", "")));
        Assert.Equal("KeyFile and CertFile must both be present[key: , cert: /a/cert.pem]", error.Message);
    }

    [Fact]
    public async Task A_peer_must_come_from_an_address_its_certificate_names()
    {
        using var stranger = X509CertificateLoader.LoadCertificateFromFile(_ca.Issue("stranger", host: "10.1.2.3").Cert);
        using var local = X509CertificateLoader.LoadCertificateFromFile(_ca.Issue("local", host: "localhost").Cert);
        using var nameless = X509CertificateLoader.LoadCertificateFromFile(_ca.Issue("nameless", host: null).Cert);
        var remote = new IPEndPoint(IPAddress.Loopback.MapToIPv6(), 1234);
        var server = Server();
        await server.CheckClientAddressAsync(local, remote, Cancel);
        await server.CheckClientAddressAsync(nameless, remote, Cancel);
        var error = await Assert.ThrowsAsync<AuthenticationException>(() => server.CheckClientAddressAsync(stranger, remote, Cancel));
        Assert.Equal("x509: certificate is valid for 10.1.2.3, not 127.0.0.1", error.Message);
        await Server(options => options with { SkipClientSanVerification = true }).CheckClientAddressAsync(stranger, remote, Cancel);
    }

    private TlsContext Server(Func<TlsOptions, TlsOptions>? change = null) =>
        Context(_ca.Issue("server"), options => (change ?? (same => same))(options with { TrustedCaFile = _ca.CaFile, ClientCertAuth = true }));

    private TlsContext Context((string Cert, string Key) files, Func<TlsOptions, TlsOptions>? change = null, TlsPolicy? policy = null)
    {
        // Whom this side dials has a certificate of the first CA.
        var options = new TlsOptions { CertFile = files.Cert, KeyFile = files.Key };
        var setup = new TlsSetup { Side = TlsSide.Peer, Options = (change ?? (same => same))(options), Policy = policy ?? new TlsPolicy() };
        return new TlsContext(setup, _logger, _time);
    }

    private async Task RejectsAsync(TlsContext server, TlsContext? client, string? line)
    {
        await Assert.ThrowsAnyAsync<Exception>(() => HandshakeAsync(server, client));
        if (line is not null)
        {
            Assert.Contains(_logger.Lines, logged => logged.Contains(line, StringComparison.Ordinal));
        }
    }

    private static Task<string> ServerNameAsync(TlsContext server, TlsContext client) =>
        HandshakeAsync(server, client, nameOf: (_, dialler) => dialler.RemoteCertificate);

    private static Task<string> HandshakeAsync(TlsContext server, TlsContext? client, Action<SslStream, SslStream> check) =>
        HandshakeAsync(server, client, nameOf: (accepted, dialler) =>
        {
            check(accepted, dialler);
            return accepted.RemoteCertificate;
        });

    /// <summary>Both ends shake hands and exchange a byte; returns the common name behind the asked certificate.</summary>
    private static async Task<string> HandshakeAsync(
        TlsContext server, TlsContext? client, Func<SslStream, SslStream, X509Certificate?>? nameOf = null)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var accepting = AcceptAsync(listener, server);
        using var socket = new TcpClient();
        await socket.ConnectAsync((IPEndPoint)listener.LocalEndpoint, Cancel);
        await using var dialler = new SslStream(socket.GetStream());
        try
        {
            var options = client?.ClientOptions("127.0.0.1") ?? TlsContext.PlainClientOptions("127.0.0.1");
            if (client is null || options.CertificateChainPolicy?.TrustMode != X509ChainTrustMode.CustomRootTrust)
            {
                options.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null;
            }

            await dialler.AuthenticateAsClientAsync(options, Cancel);
            var accepted = await accepting;
            await using (accepted)
            {
                await accepted.WriteAsync(new byte[1], Cancel);
                await dialler.ReadExactlyAsync(new byte[1], Cancel);
                return (nameOf ?? ((own, _) => own.RemoteCertificate))(accepted, dialler) is X509Certificate2 shown ? CommonName.Of(shown) : "";
            }
        }
        catch
        {
            socket.Close();
            await accepting.ContinueWith(_ => { }, TaskScheduler.Default);
            throw;
        }
    }

    private static async Task<SslStream> AcceptAsync(TcpListener listener, TlsContext server)
    {
        var socket = await listener.AcceptTcpClientAsync(Cancel);
        var stream = new SslStream(socket.GetStream());
        try
        {
            await stream.AuthenticateAsServerAsync(server.ServerOptions(), Cancel);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync();
            socket.Dispose();
            throw;
        }
    }
}
