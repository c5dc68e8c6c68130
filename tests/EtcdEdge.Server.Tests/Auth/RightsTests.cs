using System.Text;
using System.Text.RegularExpressions;
using EtcdEdge.Api;
using EtcdEdge.Server.Api.Gateway;
using EtcdEdge.Server.Tests.Documents;
using Google.Protobuf;
using Grpc.Core;
using Xunit;
using static EtcdEdge.Server.Tests.Auth.GuardedServer;

namespace EtcdEdge.Server.Tests.Auth;

/// <summary>
/// Goal: who has no right to a key learns nothing of it, on any path. Method: every request there is, by gRPC and by the gateway, asked when the key,
/// the user and the role are not there and asked again when they are: a refusal, and to the byte the same one.
/// </summary>
public sealed partial class RightsTests : IAsyncLifetime
{
    private static readonly Marshaller<byte[]> s_raw = Marshallers.Create(bytes => bytes, bytes => bytes);
    private readonly HttpClient _http = new();
    private GuardedServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await GuardedServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Without_rights_what_is_there_and_what_is_not_look_the_same()
    {
        var before = await AnswersAsync(_server.Alice, ForeignRequests.All);
        Assert.All(before, answer => Assert.Contains("etcdserver: permission denied", answer, StringComparison.Ordinal));
        await MakeAsync();
        Assert.Equal(before, await AnswersAsync(_server.Alice, ForeignRequests.All));
    }

    [Fact]
    public async Task Nobody_and_who_shows_a_bad_token_learn_nothing_either()
    {
        var all = ForeignRequests.All.Concat(ForeignRequests.OfUsers).ToArray();
        await MakeAsync();
        Assert.All(await AnswersAsync("", all), answer => Assert.Contains("etcdserver: user name is empty", answer, StringComparison.Ordinal));
        Assert.All(await AnswersAsync("abc.1", all), answer => Assert.Contains("etcdserver: invalid auth token", answer, StringComparison.Ordinal));
        // Nor do they leave anything behind: a lock or a campaign without a lease makes one.
        Assert.Equal([99L], (await _server.Lease.LeaseLeasesAsync(new LeaseLeasesRequest(), As(_server.Root))).Leases.Select(lease => lease.ID));
    }

    [Fact]
    public async Task Leases_that_no_key_guards_are_not_for_nobody_either()
    {
        await _server.Lease.LeaseGrantAsync(new LeaseGrantRequest { ID = 97, TTL = 600 }, As(_server.Root));
        Assert.All(await AnswersAsync("", ForeignRequests.OfUsers), answer =>
            Assert.Contains("etcdserver: user name is empty", answer, StringComparison.Ordinal));
        Assert.Equal([97L], (await _server.Lease.LeaseLeasesAsync(new LeaseLeasesRequest(), As(_server.Alice))).Leases.Select(lease => lease.ID));
    }

    [Fact]
    public void Every_rpc_and_every_path_of_the_gateway_is_asked()
    {
        var asked = ForeignRequests.All.Concat(ForeignRequests.OfUsers).ToArray();
        Assert.Equal(Rpcs.All.Select(rpc => $"{rpc.Service.FullName}/{rpc.Name}").Order(),
            asked.Select(request => request.Method).Concat(ForeignRequests.OfAnybody).Distinct().Order());
        // An older spelling of a path leads to the same method.
        Assert.Equal(GatewayRoutes.Paths.Where(path => !path.StartsWith("/v3/kv/lease/", StringComparison.Ordinal)).Order(),
            asked.Select(request => request.Path).Where(path => path.Length > 0).Append("auth/authenticate").Select(path => $"/v3/{path}").Distinct()
                .Order());
    }

    [Fact]
    public async Task To_write_is_not_to_read()
    {
        await GrantAsync("w", Permission.Types.Type.Write);
        await _server.Kv.PutAsync(new PutRequest { Key = Bytes("w") }, As(_server.Alice));
        await DeniedAsync(async () => await _server.Kv.PutAsync(new PutRequest { Key = Bytes("w"), PrevKv = true }, As(_server.Alice)));
        await DeniedAsync(async () =>
            await _server.Kv.DeleteRangeAsync(new DeleteRangeRequest { Key = Bytes("w"), PrevKv = true }, As(_server.Alice)));
        await DeniedAsync(async () => await _server.Kv.RangeAsync(new RangeRequest { Key = Bytes("w"), CountOnly = true }, As(_server.Alice)));
        await DeniedAsync(async () =>
            await _server.Kv.TxnAsync(new TxnRequest { Compare = { new Compare { Key = Bytes("w") } } }, As(_server.Alice)));
    }

    [Fact]
    public async Task To_read_is_not_to_write()
    {
        await GrantAsync("q", Permission.Types.Type.Read);
        Assert.Equal(0, (await _server.Kv.RangeAsync(new RangeRequest { Key = Bytes("q") }, As(_server.Alice))).Count);
        await DeniedAsync(async () => await _server.Kv.PutAsync(new PutRequest { Key = Bytes("q") }, As(_server.Alice)));
        await DeniedAsync(async () => await _server.Kv.DeleteRangeAsync(new DeleteRangeRequest { Key = Bytes("q") }, As(_server.Alice)));
    }

    [Fact]
    public async Task Who_puts_with_a_lease_needs_the_right_to_all_its_keys()
    {
        await _server.Lease.LeaseGrantAsync(new LeaseGrantRequest { ID = 5, TTL = 600 }, As(_server.Root));
        await _server.Kv.PutAsync(new PutRequest { Key = Bytes("a"), Lease = 5 }, As(_server.Alice));
        await _server.Kv.PutAsync(new PutRequest { Key = Bytes("z"), Lease = 5 }, As(_server.Root));
        await DeniedAsync(async () => await _server.Kv.PutAsync(new PutRequest { Key = Bytes("a"), Lease = 5 }, As(_server.Alice)));
    }

    [Fact]
    public async Task To_see_a_leases_keys_is_to_read_them_and_to_keep_it_is_to_write_them()
    {
        foreach (var (id, key, type) in ((long, string, Permission.Types.Type)[])[(5, "q", Permission.Types.Type.Read),
            (6, "w", Permission.Types.Type.Write)])
        {
            await GrantAsync(key, type);
            await _server.Lease.LeaseGrantAsync(new LeaseGrantRequest { ID = id, TTL = 600 }, As(_server.Root));
            await _server.Kv.PutAsync(new PutRequest { Key = Bytes(key), Lease = id }, As(_server.Root));
        }

        var readable = await _server.Lease.LeaseTimeToLiveAsync(new LeaseTimeToLiveRequest { ID = 5, Keys = true }, As(_server.Alice));
        Assert.Equal("q", Assert.Single(readable.Keys).ToStringUtf8());
        await DeniedAsync(async () =>
            await _server.Lease.LeaseTimeToLiveAsync(new LeaseTimeToLiveRequest { ID = 6, Keys = true }, As(_server.Alice)));
        await DeniedAsync(async () => await _server.Lease.LeaseRevokeAsync(new LeaseRevokeRequest { ID = 5 }, As(_server.Alice)));
        await _server.Lease.LeaseRevokeAsync(new LeaseRevokeRequest { ID = 6 }, As(_server.Alice));
    }

    /// <summary>The key, the user and the role that the requests are about.</summary>
    private async Task MakeAsync()
    {
        var root = As(_server.Root);
        await _server.Lease.LeaseGrantAsync(new LeaseGrantRequest { ID = 99, TTL = 600 }, root);
        await _server.Kv.PutAsync(new PutRequest { Key = Bytes("z"), Value = Bytes("1") }, root);
        await _server.Kv.PutAsync(new PutRequest { Key = Bytes("z/1"), Lease = 99 }, root);
        await _server.Auth.UserAddAsync(new AuthUserAddRequest { Name = "bob", Password = "b" }, root);
        await _server.Auth.RoleAddAsync(new AuthRoleAddRequest { Name = "r" }, root);
        await _server.Auth.RoleGrantPermissionAsync(new AuthRoleGrantPermissionRequest { Name = "r", Perm = new Permission { Key = Bytes("z") } },
            root);
        await _server.Auth.UserGrantRoleAsync(new AuthUserGrantRoleRequest { User = "bob", Role = "r" }, root);
    }

    private async Task GrantAsync(string key, Permission.Types.Type type) => await _server.Auth.RoleGrantPermissionAsync(
        new AuthRoleGrantPermissionRequest { Name = "a", Perm = new Permission { Key = Bytes(key), PermType = type } }, As(_server.Root));

    private async Task<List<string>> AnswersAsync(string token, (string Method, string Path, IMessage Request)[] requests)
    {
        var answers = new List<string>();
        foreach (var (method, path, request) in requests)
        {
            answers.Add($"{method} {request}: {await AskAsync(method, request, token)}");
            if (path.Length > 0)
            {
                answers.Add($"{path} {request}: {await PostAsync(path, request, token)}");
            }
        }

        return answers;
    }

    /// <summary>The status, or what was answered. Every kind of call is the same on the wire, so all are made as streams.</summary>
    private async Task<string> AskAsync(string name, IMessage request, string token)
    {
        var parts = name.Split('/');
        var method = new Method<byte[], byte[]>(MethodType.DuplexStreaming, parts[0], parts[1], s_raw, s_raw);
        var headers = token.Length > 0 ? new Metadata { { "token", token } } : [];
        using var call = _server.Running.Channel.CreateCallInvoker()
            .AsyncDuplexStreamingCall(method, null, new CallOptions(headers, cancellationToken: Cancel));
        try
        {
            await call.RequestStream.WriteAsync(request.ToByteArray(), Cancel);
            await (request is WatchRequest ? Task.CompletedTask : call.RequestStream.CompleteAsync());
            await call.ResponseStream.MoveNext(Cancel);
            return request is WatchRequest ? Refusal(WatchResponse.Parser.ParseFrom(call.ResponseStream.Current))
                : Convert.ToHexString(call.ResponseStream.Current);
        }
        catch (RpcException refused)
        {
            return refused.Status.ToString();
        }
    }

    private static string Refusal(WatchResponse response) =>
        $"{response.Created} {response.Canceled} {response.CancelReason} {response.Events.Count}";

    /// <summary>The status and the first line, without the header.</summary>
    private async Task<string> PostAsync(string path, IMessage request, string token)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, $"{_server.Running.Url}/v3/{path}")
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(JsonFormatter.Default.Format(request))),
        };
        if (token.Length > 0)
        {
            message.Headers.TryAddWithoutValidation("Authorization", token);
        }

        using var response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, Cancel);
        using var body = new StreamReader(await response.Content.ReadAsStreamAsync(Cancel));
        return $"{(int)response.StatusCode} {Header().Replace(await body.ReadLineAsync(Cancel) ?? "", "")}";
    }

    private static async Task DeniedAsync(Func<Task> call) =>
        Assert.Equal("etcdserver: permission denied", (await Assert.ThrowsAsync<RpcException>(call)).Status.Detail);

    [GeneratedRegex("\"header\":\\{[^}]*\\},?")]
    private static partial Regex Header();

    private static ByteString Bytes(string text) => ByteString.CopyFromUtf8(text);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
