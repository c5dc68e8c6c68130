using System.Net;
using System.Net.Sockets;
using System.Text;
using EtcdEdge.Configuration;
using EtcdEdge.Peers.Net;
using EtcdEdge.Server.Metrics;
using EtcdEdge.Server.Tests.Grpc;
using Xunit;

namespace EtcdEdge.Server.Tests.Listen;

/// <summary>Goal: one port serves both protocols, and a port that cannot be had is named in one line. Method: real sockets on the loopback.</summary>
public sealed class PortTests
{
    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task The_client_port_speaks_HTTP1_and_HTTP2(string version)
    {
        await using var wire = await WireHost.StartAsync();
        using var client = new HttpClient
        {
            DefaultRequestVersion = new Version(version),
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        Assert.Equal("""{"health":"true","reason":""}""", await client.GetStringAsync(wire.ClientUrl + "/health", Cancel));
    }

    [Fact]
    public async Task A_client_that_sends_byte_by_byte_is_served()
    {
        await using var wire = await WireHost.StartAsync();
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(IPEndPoint.Parse(wire.ClientUrl["http://".Length..]), Cancel);
        var stream = tcp.GetStream();
        foreach (var b in Encoding.ASCII.GetBytes("GET /livez HTTP/1.0\r\n\r\n"))
        {
            await stream.WriteAsync(new[] { b }, Cancel);
        }

        using var reader = new StreamReader(stream);
        Assert.EndsWith("ok\n", await reader.ReadToEndAsync(Cancel));
    }

    [Fact]
    public async Task A_connection_without_a_call_outlives_the_transports_heartbeats()
    {
        await using var wire = await WireHost.StartAsync();
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(IPEndPoint.Parse(wire.ClientUrl["http://".Length..]), Cancel);
        var stream = tcp.GetStream();
        byte[] settings = [0, 0, 0, 4, 0, 0, 0, 0, 0];
        await stream.WriteAsync((byte[])[.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. settings], Cancel);
        await Task.Delay(TimeSpan.FromSeconds(3), Cancel);
        byte[] ping = [0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8];
        await stream.WriteAsync(ping, Cancel);
        byte[] answer = [0, 0, 8, 6, 1, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8];
        var read = new List<byte>();
        var buffer = new byte[256];
        while (read.ToArray().AsSpan().IndexOf(answer) < 0)
        {
            var length = await stream.ReadAsync(buffer, Cancel);
            Assert.True(length > 0, $"the server closed the connection after {Convert.ToHexString(read.ToArray())}");
            read.AddRange(buffer[..length]);
        }
    }

    [Fact]
    public async Task A_port_in_use_is_told_in_etcds_words()
    {
        await using var wire = await WireHost.StartAsync();
        Assert.True(ListenUrl.TryParse(wire.ClientUrl, out var taken, out _));
        var refusal = await Assert.ThrowsAsync<ListenException>(() => StartOn(taken));
        Assert.Equal($"listen tcp {taken.Authority}: bind: address already in use", refusal.Message);
    }

    [Fact]
    public async Task An_address_of_another_machine_is_told_in_etcds_words()
    {
        var refusal = await Assert.ThrowsAsync<ListenException>(() => StartOn(new ListenUrl("http", "192.0.2.1", 23179)));
        Assert.Equal("listen tcp 192.0.2.1:23179: bind: cannot assign requested address", refusal.Message);
    }

    [Fact]
    public async Task TLS_without_certificates_is_refused_rather_than_served_in_cleartext()
    {
        var refusal = await Assert.ThrowsAsync<ListenException>(() => StartOn(new ListenUrl("https", "127.0.0.1", 23179)));
        Assert.StartsWith("cannot listen on TLS for 127.0.0.1:23179", refusal.Message);
    }

    [Fact]
    public async Task A_unix_socket_is_served_and_a_stale_one_replaced()
    {
        var directory = Directory.CreateTempSubdirectory();
        var path = Path.Combine(directory.FullName, "etcd.sock");
        await File.WriteAllTextAsync(path, "stale", Cancel);
        var host = Build(new ListenUrl("unix", path, 0));
        await host.StartAsync(Cancel);
        using var client = new HttpClient(new SocketsHttpHandler { ConnectCallback = (_, cancel) => ConnectAsync(path, cancel) });
        Assert.Equal("ok\n", await client.GetStringAsync("http://unix/livez", Cancel));
        await host.StopAsync();
        await host.DisposeAsync();
        directory.Delete(recursive: true);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task StartOn(ListenUrl url)
    {
        await using var host = Build(url);
        await host.StartAsync(Cancel);
    }

    private static EtcdHost Build(ListenUrl url) => WireHost.Build(
        new ServerOptions { Listen = new ListenOptions { ClientUrls = [url] } },
        new ScriptedNode(),
        new EtcdMetrics(MetricsDetail.Basic, FeatureGates.Defaults));

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancel)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
