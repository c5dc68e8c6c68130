using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using EtcdEdge.Configuration;
using EtcdEdge.Server.Api.EtcdHttp;
using EtcdEdge.Server.Api.Gateway;
using EtcdEdge.Server.Common;
using EtcdEdge.Server.Forwarding;
using EtcdEdge.Server.Node;
using EtcdEdge.Snapshots.Members;
using EtcdEdge.StateMachine.Cluster;
using EtcdEdge.StateMachine.Model;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace EtcdEdge.Server.Api.V2;

/// <summary>/v2/members and /v2/machines (etcd server/etcdserver/api/v2http/client.go, membersHandler and machinesHandler).</summary>
internal sealed class V2Members(IEtcdNode node, MembershipForwarder members, TimeProvider time)
{
    private const string Json = "application/json";

    /// <summary>The client URLs of all members, in order.</summary>
    public Task MachinesAsync(HttpContext context)
    {
        if (!V2Http.Allows(context, "GET", "HEAD"))
        {
            return Task.CompletedTask;
        }

        var urls = node.Cluster.Members.SelectMany(member => member.ClientUrls).Order(StringComparer.Ordinal);
        return HttpText.WriteAsync(context, HttpText.Plain, string.Join(", ", urls));
    }

    /// <param name="context">The call.</param>
    /// <param name="rest">The path below /v2/members, without slashes at its ends.</param>
    public async Task HandleAsync(HttpContext context, string rest)
    {
        if (!V2Http.Allows(context, "GET", "POST", "DELETE", "PUT"))
        {
            return;
        }

        V2Http.AddClusterId(context, node);
        if (context.Request.Method == "GET")
        {
            await ReadAsync(context, rest);
        }
        else if (node.Auth.IsEnabled)
        {
            // v2 requests have no identity for users and roles.
            await V2Http.ErrorAsync(context, StatusCodes.Status401Unauthorized, "Insufficient credentials");
        }
        else
        {
            await ChangeAsync(context, rest);
        }
    }

    /// <summary>{"message":"…"}</summary>
    public static ReadOnlyMemory<byte> ErrorBody(string message)
    {
        var output = new ArrayBufferWriter<byte>();
        output.Write("{\"message\":"u8);
        JsonText.Write(message, output);
        output.Write("}"u8);
        return output.WrittenMemory;
    }

    private Task ReadAsync(HttpContext context, string rest)
    {
        switch (rest)
        {
            case "":
                var output = new ArrayBufferWriter<byte>();
                output.Write("{\"members\":["u8);
                var separator = "";
                foreach (var member in node.Cluster.Members)
                {
                    output.Write(Encoding.ASCII.GetBytes(separator));
                    Write(member, output);
                    separator = ",";
                }

                output.Write("]}\n"u8);
                return HttpText.WriteAsync(context, Json, output.WrittenMemory);
            case "leader":
                return node.Cluster.Find(node.Status.Leader) is { } leader
                    ? HttpText.WriteAsync(context, Json, BodyOf(leader))
                    : V2Http.ErrorAsync(context, StatusCodes.Status503ServiceUnavailable, "During election");
            default:
                return V2Http.ErrorAsync(context, StatusCodes.Status404NotFound, "Not found");
        }
    }

    private async Task ChangeAsync(HttpContext context, string rest)
    {
        try
        {
            if (context.Request.Method == "POST")
            {
                await AddAsync(context);
            }
            else if (await IdAsync(context, rest) is { } id)
            {
                await ChangeAsync(context, id);
            }
        }
        catch (RpcException refusal)
        {
            await RefuseAsync(context, refusal, rest);
        }
    }

    private async Task AddAsync(HttpContext context)
    {
        if (await PeerUrlsAsync(context) is not { } urls)
        {
            return;
        }

        var salt = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var member = new Member { Id = InitialClusterMembers.MemberId(urls, salt), PeerUrls = [.. urls] };
        await members.ChangeAsync(MembershipChangeKind.Add, member, context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status201Created;
        await HttpText.WriteAsync(context, Json, BodyOf(member));
    }

    private async Task ChangeAsync(HttpContext context, ulong id)
    {
        if (context.Request.Method == "DELETE")
        {
            if (node.Cluster.Removed.Contains(id))
            {
                await V2Http.ErrorAsync(context, StatusCodes.Status410Gone, $"Member permanently removed: {id:x}");
                return;
            }

            await members.ChangeAsync(MembershipChangeKind.Remove, new Member { Id = id }, context.RequestAborted);
        }
        else if (await PeerUrlsAsync(context) is { } urls)
        {
            await members.ChangeAsync(MembershipChangeKind.UpdatePeerUrls, new Member { Id = id, PeerUrls = [.. urls] }, context.RequestAborted);
        }
        else
        {
            return;
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static Task RefuseAsync(HttpContext context, RpcException refusal, string id)
    {
        var text = refusal.Status.Detail;
        return text switch
        {
            _ when Is(EtcdError.MemberNotFound) => V2Http.ErrorAsync(context, StatusCodes.Status404NotFound, $"No such member: {id}"),
            _ when Is(EtcdError.PeerUrlExists) => V2Http.ErrorAsync(context, StatusCodes.Status409Conflict, "membership: peerURL exists"),
            _ when Is(EtcdError.MemberExists) => V2Http.ErrorAsync(context, StatusCodes.Status409Conflict, "membership: ID exists"),
            _ => V2Http.ErrorAsync(context, StatusCodes.Status500InternalServerError, "Internal Server Error"),
        };

        bool Is(EtcdError error) => EtcdStatus.Of(error).Detail == text;
    }

    private static async Task<ulong?> IdAsync(HttpContext context, string text)
    {
        if (text.Length == 0)
        {
            await HttpText.ErrorAsync(context, StatusCodes.Status405MethodNotAllowed, "Method Not Allowed");
            return null;
        }

        if (!ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id))
        {
            await V2Http.ErrorAsync(context, StatusCodes.Status404NotFound, $"No such member: {text}");
            return null;
        }

        return id;
    }

    /// <summary>The peerURLs of the body, sorted; null when it has none that can be used, which is then answered.</summary>
    private static async Task<string[]?> PeerUrlsAsync(HttpContext context)
    {
        var type = context.Request.ContentType ?? "";
        // As etcd: only of a type with parameters the case does not matter.
        type = type.Contains(';', StringComparison.Ordinal) ? type.Split(';')[0].Trim().ToLowerInvariant() : type;
        if (!type.Equals(Json, StringComparison.Ordinal))
        {
            await V2Http.ErrorAsync(context, StatusCodes.Status415UnsupportedMediaType, $"Bad Content-Type {type}, accept application/json");
            return null;
        }

        try
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
            string[] urls = [.. body.RootElement.GetProperty("peerURLs").EnumerateArray().Select(url => UrlOf(url.GetString() ?? ""))];
            return urls.Length > 0 ? [.. urls.Order(StringComparer.Ordinal)] : throw new FormatException("no valid peer URLs");
        }
        catch (Exception bad) when (bad is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            await V2Http.ErrorAsync(context, StatusCodes.Status400BadRequest, bad.Message);
            return null;
        }
    }

    private static string UrlOf(string text) =>
        ListenUrl.TryParse(text, out var url, out var reason) ? url.ToString() : throw new FormatException(reason);

    private static ReadOnlyMemory<byte> BodyOf(Member member)
    {
        var output = new ArrayBufferWriter<byte>();
        Write(member, output);
        output.Write("\n"u8);
        return output.WrittenMemory;
    }

    private static void Write(Member member, ArrayBufferWriter<byte> output)
    {
        output.Write(Encoding.ASCII.GetBytes($"{{\"id\":\"{member.Id:x}\",\"name\":"));
        JsonText.Write(member.Name, output);
        WriteUrls("peerURLs", member.PeerUrls);
        WriteUrls("clientURLs", member.ClientUrls);
        output.Write("}"u8);

        void WriteUrls(string name, IReadOnlyList<string> urls)
        {
            output.Write(Encoding.ASCII.GetBytes($",\"{name}\":["));
            for (var i = 0; i < urls.Count; i++)
            {
                output.Write(i > 0 ? ","u8 : default);
                JsonText.Write(urls[i], output);
            }

            output.Write("]"u8);
        }
    }
}
