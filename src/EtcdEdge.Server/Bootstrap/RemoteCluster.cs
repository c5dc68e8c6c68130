using System.Collections.Immutable;
using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using EtcdEdge.Configuration;
using EtcdEdge.Peers;
using EtcdEdge.Peers.Tls;
using EtcdEdge.StateMachine.Cluster;

namespace EtcdEdge.Server.Bootstrap;

/// <summary>A cluster as one of its members shows it on its peer URL: GET /members (etcd server/etcdserver/cluster_util.go).</summary>
internal sealed record RemoteCluster(ulong ClusterId, IReadOnlyList<Member> Members)
{
    private const string ClusterIdHeader = "X-Etcd-Cluster-ID";

    /// <summary>
    /// The first answer of <paramref name="urls"/>, or null when there is none; <paramref name="failures"/> gets why each of them gave none.
    /// </summary>
    public static async Task<RemoteCluster?> AskAsync(
        IEnumerable<ListenUrl> urls, TlsContext? tls, TimeSpan patience, List<string> failures, CancellationToken cancel)
    {
        foreach (var url in urls)
        {
            try
            {
                return await AskAsync(url, tls, patience, cancel);
            }
            catch (Exception error) when (!cancel.IsCancellationRequested && SaysNothing(error))
            {
                // The next URL may answer: most members of a cluster that is being founded are not up yet.
                failures.Add($"{url}: {HandshakeFailure.Describe(error)}");
            }
        }

        return null;
    }

    private static bool SaysNothing(Exception error) =>
        error is HttpRequestException or IOException or SocketException or OperationCanceledException or JsonException or FormatException
            or InvalidOperationException or KeyNotFoundException;

    private static async Task<RemoteCluster> AskAsync(ListenUrl url, TlsContext? tls, TimeSpan patience, CancellationToken cancel)
    {
        using var handler = new SocketsHttpHandler { ConnectCallback = (_, stop) => ConnectAsync(url, tls, stop) };
        using var client = new HttpClient(handler) { Timeout = patience, MaxResponseContentBufferSize = BootstrapLimits.RemoteMembersBytes };
        // The connection is ours, secured or not; to the client it is plain.
        var host = url.IsUnix ? "localhost" : url.Authority;
        using var answer = await client.GetAsync(new Uri($"http://{host}/members"), cancel);
        answer.EnsureSuccessStatusCode();
        var id = ulong.Parse(answer.Headers.GetValues(ClusterIdHeader).First(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(cancel));
        return new RemoteCluster(id, [.. json.RootElement.EnumerateArray().Select(MemberOf)]);
    }

    private static async ValueTask<Stream> ConnectAsync(ListenUrl url, TlsContext? tls, CancellationToken cancel)
    {
        var stream = new NetworkStream(await PeerSockets.ConnectAsync(url, cancel), ownsSocket: true);
        if (!url.IsTls)
        {
            return stream;
        }

        var secured = new TlsStream(stream);
        await secured.ShakeHandsAsync(
            secured.AuthenticateAsClientAsync(tls?.ClientOptions(url.Host) ?? TlsContext.PlainClientOptions(url.Host), cancel));
        return secured;
    }

    private static Member MemberOf(JsonElement member) => new()
    {
        Id = member.GetProperty("id").GetUInt64(),
        Name = member.TryGetProperty("name", out var name) ? name.GetString()! : "",
        PeerUrls = UrlsOf(member, "peerURLs"),
        ClientUrls = UrlsOf(member, "clientURLs"),
        IsLearner = member.TryGetProperty("isLearner", out var learner) && learner.GetBoolean(),
    };

    private static ImmutableArray<string> UrlsOf(JsonElement member, string name) =>
        member.TryGetProperty(name, out var urls) ? [.. urls.EnumerateArray().Select(url => url.GetString()!)] : [];
}
