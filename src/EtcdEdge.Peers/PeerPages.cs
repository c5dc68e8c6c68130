using System.Buffers;
using System.Text;
using System.Text.Json;
using EtcdEdge.Configuration;
using EtcdEdge.StateMachine.Cluster;

namespace EtcdEdge.Peers;

/// <summary>
/// What etcd's tools read from a peer URL: GET /members and /version (server/etcdserver/api/etcdhttp/peer.go). One request per connection;
/// two small pages do not need a web server behind the port that carries Raft.
/// </summary>
public sealed class PeerPages(ulong clusterId, Func<ClusterView> cluster)
{
    private const string Json = "application/json";
    private const string Text = "text/plain; charset=utf-8";

    /// <summary>Whether the first bytes of a connection are an HTTP request's.</summary>
    public static bool LooksLikeHttp(ReadOnlySpan<byte> start) =>
        start.StartsWith("GET "u8) || start.StartsWith("HEAD "u8) || start.StartsWith("POST "u8) || start.StartsWith("PUT "u8)
        || start.StartsWith("DELETE "u8) || start.StartsWith("OPTIONS "u8) || start.StartsWith("PATCH "u8) || start.StartsWith("PRI * "u8);

    /// <summary>Answers the request that begins with <paramref name="start"/>; the caller closes the connection.</summary>
    public async Task AnswerAsync(Stream stream, byte[] start, CancellationToken cancel)
    {
        var head = await ReadHeadAsync(stream, start, cancel);
        var response = Respond(head);
        await stream.WriteAsync(response, cancel);
        await stream.FlushAsync(cancel);
    }

    /// <summary>The whole response to a request's first line.</summary>
    internal byte[] Respond(string requestLine)
    {
        var parts = requestLine.Split(' ');
        if (parts.Length != 3 || !parts[2].StartsWith("HTTP/1.", StringComparison.Ordinal))
        {
            return Response("400 Bad Request", Text, "400 Bad Request: only HTTP/1.1 is spoken on the peer port\n");
        }

        var path = parts[1].Split('?')[0];
        if (path is not ("/members" or "/version"))
        {
            return Response("404 Not Found", Text, "404 page not found\n");
        }

        if (parts[0] != "GET")
        {
            return Response("405 Method Not Allowed", Text, "Method Not Allowed\n", "Allow: GET\r\n");
        }

        return path == "/members"
            ? Response("200 OK", Json, MembersJson(), $"X-Etcd-Cluster-ID: {clusterId:x}\r\n")
            : Response("200 OK", Json, VersionJson());
    }

    private static async Task<string> ReadHeadAsync(Stream stream, byte[] start, CancellationToken cancel)
    {
        var head = new byte[PeerLimits.PeerHttpHeadBytes];
        start.CopyTo(head, 0);
        var length = start.Length;
        while (head.AsSpan(0, length).IndexOf("\r\n\r\n"u8) < 0)
        {
            var count = length == head.Length ? 0 : await stream.ReadAsync(head.AsMemory(length), cancel);
            if (count == 0)
            {
                throw new ProtocolException("HTTP request without an end");
            }

            length += count;
        }

        return Encoding.ASCII.GetString(head, 0, head.AsSpan(0, length).IndexOf("\r\n"u8));
    }

    private static byte[] Response(string status, string contentType, string body, string headers = "") =>
        Encoding.UTF8.GetBytes(
            $"HTTP/1.1 {status}\r\nContent-Type: {contentType}\r\n{headers}"
            + $"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}");

    private string VersionJson()
    {
        var decided = cluster().Version;
        var (version, storage) = decided.Length > 0 ? (decided, VersionText.Cluster) : ("not_decided", "unknown");
        return $$"""{"etcdserver":"{{VersionText.Etcd}}","etcdcluster":"{{version}}","storage":"{{storage}}"}""";
    }

    private string MembersJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var member in cluster().Members)
            {
                WriteMember(json, member);
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }

    // Go leaves empty fields out here (membership.RaftAttributes and Attributes are tagged omitempty).
    private static void WriteMember(Utf8JsonWriter json, Member member)
    {
        json.WriteStartObject();
        json.WriteNumber("id", member.Id);
        WriteUrls(json, "peerURLs", member.PeerUrls);
        if (member.IsLearner)
        {
            json.WriteBoolean("isLearner", true);
        }

        if (member.Name.Length > 0)
        {
            json.WriteString("name", member.Name);
        }

        if (member.ClientUrls.Length > 0)
        {
            WriteUrls(json, "clientURLs", member.ClientUrls);
        }

        json.WriteEndObject();
    }

    private static void WriteUrls(Utf8JsonWriter json, string name, IEnumerable<string> urls)
    {
        json.WriteStartArray(name);
        foreach (var url in urls)
        {
            json.WriteStringValue(url);
        }

        json.WriteEndArray();
    }
}
