// Goal: what etcd's tools read from a peer URL. Method: an ordinary HTTP client against the port that carries Raft, and odd requests by hand.

using System.Net;
using EtcdEdge.Configuration;
using EtcdEdge.StateMachine.Cluster;
using Xunit;

namespace EtcdEdge.Server.Tests.Peers;

public sealed class PeerPagesTests
{
    private static readonly HttpClient s_http = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Members_are_listed_as_etcd_lists_them()
    {
        await using var a = new TestMember(1);
        a.Know(
            new Member { Id = 10276657743932975437, Name = "default", PeerUrls = ["http://localhost:2380"], ClientUrls = ["http://localhost:2379"] },
                new Member { Id = 12, PeerUrls = ["http://b:2380"], IsLearner = true });
        var response = await s_http.GetAsync(new Uri($"http://127.0.0.1:{a.Port}/members"), Cancel);
        Assert.Equal(
            """[{"id":10276657743932975437,"peerURLs":["http://localhost:2380"],"name":"default","clientURLs":["http://localhost:2379"]},"""
            + """{"id":12,"peerURLs":["http://b:2380"],"isLearner":true}]""" + "\n",
            await response.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("c1", response.Headers.GetValues("X-Etcd-Cluster-ID").Single());
        Assert.Equal("application/json", response.Content.Headers.ContentType?.ToString());
    }

    [Fact]
    public async Task The_version_is_shown()
    {
        await using var a = new TestMember(1);
        Assert.Equal(
            $$"""{"etcdserver":"{{VersionText.Etcd}}","etcdcluster":"not_decided","storage":"unknown"}""",
            await s_http.GetStringAsync(new Uri($"http://127.0.0.1:{a.Port}/version"), Cancel));
    }

    [Theory]
    [InlineData("GET", "/nothing", HttpStatusCode.NotFound)]
    [InlineData("POST", "/members", HttpStatusCode.MethodNotAllowed)]
    [InlineData("DELETE", "/version", HttpStatusCode.MethodNotAllowed)]
    public async Task Anything_else_is_refused_politely(string method, string path, HttpStatusCode status)
    {
        await using var a = new TestMember(1);
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri($"http://127.0.0.1:{a.Port}{path}"));
        Assert.Equal(status, (await s_http.SendAsync(request, Cancel)).StatusCode);
    }
}
