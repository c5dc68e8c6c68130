// Goal: one https port serves HTTP/2 and HTTP/1.1 by ALPN, shows renewed certificates, tells who the client is, and says in one line why a
// handshake failed. Method: the real host in front of a scripted node, on the loopback.

using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using EtcdEdge.Configuration;
using EtcdEdge.Peers.Tls;
using EtcdEdge.Server.Listen;
using EtcdEdge.Server.Tests.Grpc;
using EtcdEdge.Server.Tests.Peers;
using EtcdEdge.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EtcdEdge.Server.Tests.Tls;

public sealed class TlsConnectionsTests : IDisposable
{
    private readonly TestCa _ca = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly RecordingLogger _log = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _ca.Dispose();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 0)]
    public async Task Both_protocols_are_served_on_one_port(int major, int minor)
    {
        await using var wire = await StartAsync();
        using var http = Client("alice", _ => { });
        using var request = new HttpRequestMessage(HttpMethod.Get, wire.ClientUrl + "/health")
        {
            Version = new Version(major, minor),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var response = await http.SendAsync(request, Cancel);
        Assert.Equal("""{"health":"true","reason":""}""", await response.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task A_renewed_certificate_is_shown_to_new_connections()
    {
        await using var wire = await StartAsync();
        var subjects = new List<string>();
        foreach (var name in new[] { "before", "after" })
        {
            _ca.Issue("server", name);
            _time.Advance(TimeSpan.FromSeconds(2));
            using var http = Client("alice", certificate => subjects.Add(CommonName.Of(certificate)));
            await http.GetStringAsync(new Uri(wire.ClientUrl + "/health"), Cancel);
        }

        Assert.Equal(["before", "after"], subjects);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n", "tls: first record does not look like a TLS handshake")]
    [InlineData("", "EOF")]
    public async Task A_client_that_does_not_speak_TLS_is_named_in_the_log(string sent, string reason)
    {
        await using (var wire = await StartAsync())
        {
            using var tcp = new TcpClient();
            await tcp.ConnectAsync(IPEndPoint.Parse(wire.ClientUrl["https://".Length..]), Cancel);
            var stream = tcp.GetStream();
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(sent), Cancel);
            tcp.Client.Shutdown(SocketShutdown.Send);
            await stream.CopyToAsync(Stream.Null, Cancel);
        }

        Assert.Contains("127.0.0.1:", Assert.Single(_log.Lines));
        Assert.Contains(reason, Assert.Single(_log.Lines));
    }

    // The clock is moved until the connection ends, because the listener begins to wait at a moment of its own.
    [Fact]
    public async Task A_client_that_connects_and_says_nothing_is_turned_away_in_time()
    {
        await using var wire = await StartAsync();
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(IPEndPoint.Parse(wire.ClientUrl["https://".Length..]), Cancel);
        var end = tcp.GetStream().ReadAsync(new byte[1], Cancel).AsTask();
        for (var passed = TimeSpan.Zero; !end.IsCompleted; passed += TimeSpan.FromSeconds(1))
        {
            Assert.True(passed < 100 * TlsLimits.HandshakeTimeout, "the silent client is still there");
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(end, Task.Delay(20, Cancel));
        }

        Assert.Equal(0, await end);
        Assert.Contains("i/o timeout", Assert.Single(_log.Lines));
    }

    [Fact]
    public async Task A_client_without_a_certificate_is_named_in_the_log()
    {
        await using var wire = await StartAsync();
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(IPEndPoint.Parse(wire.ClientUrl["https://".Length..]), Cancel);
        await using var stream = new SslStream(tcp.GetStream());
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            RemoteCertificateValidationCallback = (_, shown, _, _) =>
            shown is not null
        };
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await stream.AuthenticateAsClientAsync(options, Cancel);
            await stream.ReadExactlyAsync(new byte[1], Cancel);
        });
        Assert.Contains(_log.Lines, line => line.Contains("localhost") && line.Contains("tls: client didn't provide a certificate"));
    }

    // Kestrel drops what it has read and not handed on when the connection is reset, the alert too: then the line says that.
    [Fact]
    public async Task A_client_that_distrusts_the_server_and_resets_the_connection_is_named_in_the_log()
    {
        await using var wire = await StartAsync();
        using var tcp = new TcpClient { LingerState = new LingerOption(true, 0) };
        await tcp.ConnectAsync(IPEndPoint.Parse(wire.ClientUrl["https://".Length..]), Cancel);
        await using (var stream = new SslStream(tcp.GetStream()))
        {
            var options = new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                RemoteCertificateValidationCallback = (_, _, _, _) =>
                false
            };
            await Assert.ThrowsAsync<AuthenticationException>(() => stream.AuthenticateAsClientAsync(options, Cancel));
        }

        await Eventually.IsTrue(() => _log.Lines.Count > 0, Cancel);
        Assert.Contains("127.0.0.1:", Assert.Single(_log.Lines));
    }

    [Theory]
    [InlineData("Unable to read beyond the end of the stream.", "EOF")]
    [InlineData("Unable to read data from the transport connection: Connection reset by peer.", "read: connection reset by peer")]
    [InlineData("error:0A00045C:SSL routines::tlsv13 alert certificate required", "remote error: tls: certificate required")]
    [InlineData("error:0A000412:SSL routines::ssl/tls alert bad certificate", "remote error: tls: bad certificate")]
    [InlineData("error:0A000418:SSL routines::tlsv1 alert unknown ca", "remote error: tls: unknown certificate authority")]
    [InlineData("error:0A000102:SSL routines::unsupported protocol", "tls: client offered only unsupported versions")]
    [InlineData("something new", "something new")]
    public void A_failure_is_told_in_Gos_words(string openSsl, string expected) =>
        Assert.Equal(expected, HandshakeFailure.Describe(new AuthenticationException("Authentication failed", new IOException(openSsl))));

    private Task<WireHost> StartAsync()
    {
        var (cert, key) = _ca.Issue("server", "before");
        var options = new TlsOptions { CertFile = cert, KeyFile = key, TrustedCaFile = _ca.CaFile, ClientCertAuth = true };
        var tls = new TlsContext(new TlsSetup { Side = TlsSide.Client, Options = options, Policy = new TlsPolicy() }, _log, _time);
        return WireHost.StartAsync(tls: new TlsConnections(tls, _log, _time));
    }

    private HttpClient Client(string name, Action<X509Certificate2> seen)
    {
        var (cert, key) = _ca.Issue(name, name);
        var handler = new SocketsHttpHandler();
        handler.SslOptions.ClientCertificates = [X509Certificate2.CreateFromPemFile(cert, key)];
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
        {
            seen((X509Certificate2)certificate!);
            return certificate is not null;
        };
        return new HttpClient(handler);
    }
}
