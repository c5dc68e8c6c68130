using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EtcdEdge.Api;
using EtcdEdge.Differential;
using EtcdEdge.Testing;
using Google.Protobuf;
using Grpc.Core;
using Xunit;

namespace EtcdEdge.EndToEnd.Tests;

// Goal: passwords, hashes, tokens, keys that sign them and the values of keys stay out of everything an operator keeps or scrapes. Method: the
// published daemon says all it can (debug, every request "slow"), takes marked secrets on every way in, right and wrong, and is then searched for the
// marks.
public sealed class SecretsTests : IDisposable
{
    private const string Mark = "mArKeD";
    private static readonly string[] s_flags =
    [
        "--log-level=debug", "--warning-apply-duration=1us", "--warning-unary-request-duration=1us", "--metrics=extensive", "--bcrypt-cost=4",
            "--enable-v2",
    ];

    private readonly string _directory = Directory.CreateTempSubdirectory("secrets-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("simple")]
    [InlineData("HS256")]
    [InlineData("ES256")]
    public async Task No_secret_is_in_logs_metrics_or_variables(string tokens)
    {
        var (flag, secrets) = tokens == "simple" ? ("simple", []) : KeyFile(tokens);
        await using var daemon = new Daemon(Binaries.Server, flags: [.. s_flags, $"--auth-token={flag}"]);
        await daemon.StartAsync();
        await EnableAsync(new EtcdCtl("3.5", daemon));
        await using var session = new Session(daemon.ClientUrl);
        secrets = [.. secrets, Mark, Base64(Mark), "$2a$", Base64("$2a"), .. await TokensAsync(session)];
        await BadRequestsAsync(session);

        var said = await session.Http.GetStringAsync("/metrics", Cancel) + await session.Http.GetStringAsync("/debug/vars", Cancel);
        await daemon.StopAsync();
        said += string.Join('\n', daemon.Log);
        Assert.Contains("apply request took too long", said, StringComparison.Ordinal);
        Assert.Contains("request stats", said, StringComparison.Ordinal);
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, said, StringComparison.Ordinal));
    }

    private static async Task EnableAsync(EtcdCtl etcdctl)
    {
        await etcdctl.RunAsync("user", "add", $"root:{Mark}-root");
        await etcdctl.RunAsync("user", "grant-role", "root", "root");
        await etcdctl.RunAsync("user", "add", $"alice:{Mark}-old");
        await etcdctl.TryAsync($"{Mark}-new\n", "user", "passwd", "alice", "--interactive=false");
        await etcdctl.RunAsync("auth", "enable");
        string[] root = ["--user", $"root:{Mark}-root"];
        await etcdctl.RunAsync([.. root, "put", "k", $"{Mark}-value"]);
        await etcdctl.TryAsync($"mod(\"k\") > \"0\"\n\nput k {Mark}-then\n\nput k {Mark}-else\n\n", [.. root, "txn"]);
        Assert.NotEqual(0, (await etcdctl.TryAsync("", "--user", $"root:{Mark}-wrong", "get", "k")).ExitCode);
        Assert.NotEqual(0, (await etcdctl.TryAsync("", "--user", $"nobody:{Mark}-wrong", "get", "k")).ExitCode);
    }

    /// <summary>A token by gRPC and one by the gateway, both used.</summary>
    private static async Task<string[]> TokensAsync(Session session)
    {
        var first = (await session.Auth.AuthenticateAsync(new AuthenticateRequest { Name = "root", Password = $"{Mark}-root" },
            cancellationToken: Cancel)).Token;
        var answer = await PostAsync(session, "auth/authenticate", $$"""{"name":"root","password":"{{Mark}}-root"}""");
        var second = (string)JsonNode.Parse(answer)!["token"]!;
        await session.Kv.RangeAsync(new RangeRequest { Key = ByteString.CopyFromUtf8("k") }, new Metadata { { "token", first } },
            cancellationToken: Cancel);
        await PostAsync(session, "kv/range", """{"key":"aw=="}""", second);
        return [first, second];
    }

    private static async Task BadRequestsAsync(Session session)
    {
        await PostAsync(session, "auth/user/add", $$"""{"name":"bob","password":"{{Mark}}-gateway"}""");
        await PostAsync(session, "auth/user/add", $$"""{"name":"bob","password":"{{Mark}}-cut""");
        await PostAsync(session, "auth/user/changepw", $$"""{"name":"bob","password":["{{Mark}}-list"]}""");
        await PostAsync(session, "kv/range", """{"key":"aw=="}""", $"{Mark}.77");
        await PostAsync(session, "kv/put", $$"""{"key":"aw==","value":"{{Base64(Mark)}}"}""");
        var method = new Method<byte[], byte[]>(
            MethodType.Unary, "etcdserverpb.Auth", "Authenticate", Marshallers.Create(b => b, b => b), Marshallers.Create(b => b, b => b));
        byte[] cut = [.. new AuthenticateRequest { Name = "root", Password = $"{Mark}-bytes" }.ToByteArray().AsSpan()[..^1]];
        await Assert.ThrowsAsync<RpcException>(async () => await session.Invoker.AsyncUnaryCall(method, null, default, cut));
        await Assert.ThrowsAsync<RpcException>(
            async () => await session.Kv.RangeAsync(new RangeRequest { Key = ByteString.CopyFromUtf8("k") },
                new Metadata { { "token", $"{Mark}.1" } }));
    }

    private static async Task<string> PostAsync(Session session, string path, string body, string? token = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v3/" + path) { Content = new StringContent(body) };
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", token);
        }

        using var response = await session.Http.SendAsync(request, Cancel);
        return await response.Content.ReadAsStringAsync(Cancel);
    }

    /// <summary>--auth-token for a key of its own, and every line of that key's file.</summary>
    private (string Flag, string[] Secrets) KeyFile(string algorithm)
    {
        var file = Path.Combine(_directory, "key");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(file, algorithm == "HS256" ? $"{Mark}-hmac" : key.ExportPkcs8PrivateKeyPem());
        return ($"jwt,sign-method={algorithm},priv-key={file}", [.. File.ReadLines(file).Where(line => !line.StartsWith('-'))]);
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).TrimEnd('=');

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
