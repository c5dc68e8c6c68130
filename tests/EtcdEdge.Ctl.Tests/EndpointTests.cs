using CsCheck;
using EtcdEdge.Cli.Ctl.Client;

namespace EtcdEdge.Ctl.Tests;

public sealed class EndpointTests
{
    [Theory]
    [InlineData("127.0.0.1:2379", "127.0.0.1:2379", "127.0.0.1", 2)]
    [InlineData("http://localhost:2379", "localhost:2379", "localhost", 1)]
    [InlineData("https://etcd.example:2379/", "etcd.example:2379", "etcd.example", 0)]
    [InlineData("https://[::1]:2379", "[::1]:2379", "::1", 0)]
    [InlineData("[::1]:2379", "[::1]:2379", "::1", 2)]
    [InlineData(":2379", "localhost:2379", "localhost", 2)]
    public void A_tcp_endpoint_has_a_host_and_a_port(string text, string authority, string serverName, int tls)
    {
        var endpoint = Endpoint.Parse(text);
        Assert.Equal((authority, serverName, tls, null), (endpoint.Authority, endpoint.ServerName, (int)endpoint.Tls, endpoint.Problem));
    }

    [Theory]
    [InlineData("unix:///run/etcd.sock", "/run/etcd.sock", "etcd.sock", 2)]
    [InlineData("unix://localhost:2379", "localhost:2379", "localhost", 2)]
    [InlineData("unixs:///run/etcd.sock:0", "/run/etcd.sock:0", "etcd.sock", 0)]
    [InlineData("unix:etcd.sock", "etcd.sock", "etcd.sock", 2)]
    public void A_unix_endpoint_has_a_path(string text, string path, string serverName, int tls)
    {
        var endpoint = Endpoint.Parse(text);
        Assert.Equal((path, serverName, tls, null), (endpoint.Path, endpoint.ServerName, (int)endpoint.Tls, endpoint.Problem));
    }

    [Theory]
    [InlineData("localhost", "missing port")]
    [InlineData("", "missing port")]
    [InlineData("http://[::1]", "missing port")]
    [InlineData("localhost:0", "invalid port")]
    [InlineData("localhost:65536", "invalid port")]
    [InlineData("localhost:x", "invalid port")]
    [InlineData("::1:2379", "too many colons")]
    [InlineData("a b:2379", "invalid host")]
    [InlineData("nonsense://x", "unknown scheme \"nonsense\"")]
    [InlineData("unix://", "missing path")]
    public void A_wrong_endpoint_has_a_problem(string text, string problem) =>
        Assert.Contains(problem, Endpoint.Parse(text).Problem, StringComparison.Ordinal);

    [Fact]
    public void Any_text_is_an_endpoint_or_has_a_problem()
    {
        var pieces = Pieces.Of("http", "https", "unix", "://", ":", "/", "[", "]", "::1", "localhost", "2379", "@", "%", "é", " ", "..", "\0");
        pieces.Array[0, 7].Sample(parts =>
        {
            var endpoint = Endpoint.Parse(string.Concat(parts));
            if (endpoint.Problem is null && !endpoint.IsUnix)
            {
                Assert.True(Uri.TryCreate($"http://{endpoint.Authority}", UriKind.Absolute, out _), endpoint.Text);
            }
        });
    }
}
