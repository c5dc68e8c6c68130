// Goal: one https port serves HTTP/2 and HTTP/1.1 by ALPN, shows renewed certificates, and tells who the client is. Method: a Kestrel with
// nothing but one page on loopback.
using System.Net;
using System.Security.Cryptography.X509Certificates;
using EtcdEdge.Server.Configuration;
using EtcdEdge.Server.Tests.Peers;
using EtcdEdge.Server.Tls;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Xunit;

namespace EtcdEdge.Server.Tests.Tls;

public sealed class TlsHandshakeTests : IAsyncLifetime, IDisposable
{
    private readonly TestCa _ca = new();
    private readonly ManualTime _time = new();
    private WebApplication? _app;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var (cert, key) = _ca.Issue("server", "before");
        var options = new TlsOptions { CertFile = cert, KeyFile = key, TrustedCaFile = _ca.CaFile, ClientCertAuth = true };
        var tls = new TlsContext(new TlsSetup { Side = TlsSide.Client, Options = options, Policy = new TlsPolicy() }, new RecordingLogger(), _time);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http1AndHttp2;
            listen.UseHttps(TlsHandshake.Of(tls));
        }));
        _app = builder.Build();
        _app.Run(context => context.Response.WriteAsync($"{context.Request.Protocol} {CommonName.Of(context)} {CommonName.Of(context)}", Cancel));
        await _app.StartAsync(Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
        Dispose();
    }

    public void Dispose() => _ca.Dispose();

    [Theory]
    [InlineData(1, 1, "HTTP/1.1 alice alice")]
    [InlineData(2, 0, "HTTP/2 alice alice")]
    public async Task Both_protocols_are_served_and_the_client_is_known(int major, int minor, string expected)
    {
        using var http = Client("alice", _ => { });
        using var request = new HttpRequestMessage(HttpMethod.Get, _app!.Urls.Single())
        {
            Version = new Version(major, minor),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var response = await http.SendAsync(request, Cancel);
        Assert.Equal(expected, await response.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task A_renewed_certificate_is_shown_to_new_connections()
    {
        var subjects = new List<string>();
        foreach (var name in new[] { "before", "after" })
        {
            _ca.Issue("server", name);
            _time.Advance(TimeSpan.FromSeconds(2));
            using var http = Client("alice", certificate => subjects.Add(CommonName.Of(certificate)));
            await http.GetStringAsync(new Uri(_app!.Urls.Single()), Cancel);
        }
        Assert.Equal(["before", "after"], subjects);
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
