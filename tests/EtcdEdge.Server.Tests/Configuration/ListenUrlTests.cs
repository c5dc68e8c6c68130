using EtcdEdge.Configuration;
using Xunit;

namespace EtcdEdge.Server.Tests.Configuration;

public sealed class ListenUrlTests
{
    [Theory]
    [InlineData("http://localhost:2379", "localhost", 2379)]
    [InlineData(" https://10.0.0.1:2380 ", "10.0.0.1", 2380)]
    [InlineData("http://[::1]:2379", "::1", 2379)]
    [InlineData("http://:2379", "", 2379)]
    [InlineData("unix:///run/etcd.sock", "/run/etcd.sock", 0)]
    [InlineData("unix://localhost:m0", "localhost:m0", 0)]
    public void A_url_of_etcds_form_is_read(string text, string host, int port)
    {
        Assert.True(ListenUrl.TryParse(text, out var url, out _));
        Assert.Equal((host, port), (url.Host, url.Port));
        Assert.Equal(text.Trim(), url.ToString());
    }

    [Theory]
    [InlineData("ftp://127.0.0.1:1", "URL scheme must be http, https, unix, or unixs: ftp://127.0.0.1:1")]
    [InlineData("127.0.0.1:2379", "URL scheme must be http, https, unix, or unixs: 127.0.0.1:2379")]
    [InlineData("http://127.0.0.1", "URL address does not have the form \"host:port\": http://127.0.0.1")]
    [InlineData("http://::1:2379", "URL address does not have the form \"host:port\": http://::1:2379")]
    [InlineData("http://127.0.0.1:2379/path", "URL must not contain a path: http://127.0.0.1:2379/path")]
    public void Anything_else_is_refused_in_etcds_words(string text, string complaint)
    {
        Assert.False(ListenUrl.TryParse(text, out _, out var said));
        Assert.Equal(complaint, said);
    }

    [Theory]
    [InlineData("http://localhost:1", true)]
    [InlineData("http://0.0.0.0:1", true)]
    [InlineData("http://[::]:1", true)]
    [InlineData("http://node1.example:1", false)]
    public void Only_addresses_and_localhost_can_be_bound(string text, bool bindable)
    {
        Assert.True(ListenUrl.TryParse(text, out var url, out _));
        Assert.Equal(bindable, url.IsBindable);
    }
}
