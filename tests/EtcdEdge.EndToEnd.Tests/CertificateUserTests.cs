using System.Text.RegularExpressions;
using EtcdEdge.Testing;
using Xunit;

namespace EtcdEdge.EndToEnd.Tests;

// Goal: with --client-cert-auth and auth on, a certificate's common name is the user, for gRPC and not for the gateway. Method: the same story with
// etcdctl and curl against real etcd and the server under test.
public sealed class CertificateUserTests : IDisposable
{
    /// <summary>The user of a certificate without a common name.</summary>
    private const string Nameless = "";
    private readonly TestCa _ca = new();

    public void Dispose() => _ca.Dispose();

    [Fact]
    public async Task The_common_name_of_a_certificate_is_the_user_as_with_etcd()
    {
        var (cert, key) = _ca.Issue("server", "server");
        string[] flags = [$"--cert-file={cert}", $"--key-file={key}", $"--trusted-ca-file={_ca.CaFile}", "--client-cert-auth", "--bcrypt-cost=4"];
        await using var reference = new Daemon(Binaries.Etcd, flags: flags) { Scheme = "https" };
        await using var subject = new Daemon(Binaries.Server, flags: flags) { Scheme = "https" };
        await Task.WhenAll(reference.StartAsync(), subject.StartAsync());
        var told = await TellAsync(subject);
        Assert.Equal(await TellAsync(reference), told);
        Assert.Equal("0 OK", told[0]);
        Assert.Equal("0 /a/1 1", told[1]);
        Assert.All(told[2..5], answer => Assert.Contains("permission denied", answer, StringComparison.Ordinal));
        Assert.Equal("0 OK", told[5]);
        Assert.All(told[^4..^2], answer => Assert.Contains("CommonName", answer, StringComparison.Ordinal));
        Assert.Contains("grpc-status: 0", told[^6], StringComparison.Ordinal);
        Assert.Contains("user name is empty", told[^5], StringComparison.Ordinal);
        Assert.Contains("user name is empty", told[^2], StringComparison.Ordinal);
        Assert.Contains("\"count\":\"1\"", told[^1], StringComparison.Ordinal);
    }

    // --trusted-ca-file alone demands certificates too.
    [Fact]
    public async Task Without_client_cert_auth_a_certificate_names_nobody_as_with_etcd()
    {
        var (cert, key) = _ca.Issue("server", "server");
        string[] flags = [$"--cert-file={cert}", $"--key-file={key}", $"--trusted-ca-file={_ca.CaFile}", "--bcrypt-cost=4"];
        await using var reference = new Daemon(Binaries.Etcd, flags: flags) { Scheme = "https" };
        await using var subject = new Daemon(Binaries.Server, flags: flags) { Scheme = "https" };
        await Task.WhenAll(reference.StartAsync(), subject.StartAsync());
        var told = await TellWithoutUsersAsync(subject);
        Assert.Equal(await TellWithoutUsersAsync(reference), told);
        Assert.All(told[..2], answer => Assert.Contains("user name is empty", answer, StringComparison.Ordinal));
        Assert.Equal("0 /b/1 1", told[^1]);
    }

    private async Task<string[]> TellWithoutUsersAsync(Daemon daemon)
    {
        await SetUpAsync(daemon);
        return
        [
            await CtlAsync(daemon, "root", "get", "/a/1"),
            await CtlAsync(daemon, "alice", "get", "/a/1"),
            await CtlAsync(daemon, "alice", "--user=bob:pw", "get", "/a/1"),
            await CtlAsync(daemon, "alice", "--user=bob:pw", "put", "/b/1", "1"),
            await CtlAsync(daemon, "alice", "--user=bob:pw", "get", "/b/1"),
        ];
    }

    private async Task SetUpAsync(Daemon daemon)
    {
        string[][] setup =
        [
            ["user", "add", "root", "--no-password"], ["role", "add", "root"], ["user", "grant-role", "root", "root"],
            ["user", "add", "alice", "--no-password"], ["role", "add", "reader"], ["role", "grant-permission", "reader", "read", "/a/", "--prefix"],
            ["user", "grant-role", "alice", "reader"],
            ["user", "add", "bob:pw"], ["role", "add", "writer"], ["role", "grant-permission", "writer", "readwrite", "/b/", "--prefix"],
            ["user", "grant-role", "bob", "writer"], ["auth", "enable"],
        ];
        foreach (var step in setup)
        {
            Assert.StartsWith("0 ", await CtlAsync(daemon, "root", step), StringComparison.Ordinal);
        }
    }

    /// <summary>Exit code and words of each step.</summary>
    private async Task<string[]> TellAsync(Daemon daemon)
    {
        await SetUpAsync(daemon);
        Task<string> CtlAsync(string user, params string[] arguments) => this.CtlAsync(daemon, user, arguments);
        return
        [
            await CtlAsync("root", "put", "/a/1", "1"),
            await CtlAsync("alice", "get", "/a/1"),
            await CtlAsync("alice", "put", "/a/1", "2"),
            await CtlAsync("alice", "get", "/b/1"),
            await CtlAsync("stranger", "get", "/a/1"),
            await CtlAsync("alice", "--user=bob:pw", "put", "/b/1", "1"),
            await CtlAsync("alice", "--user=bob:pw", "get", "/a/1"),
            await CtlAsync("alice", "--user=bob:wrong", "get", "/a/1"),
            await CtlAsync("alice", "user", "get", "alice"),
            await CtlAsync("alice", "user", "list"),
            await CtlAsync("alice", "auth", "status"),
            await GrpcAsync(daemon, "alice"),
            await GrpcAsync(daemon, "alice", "-H", "grpcgateway-accept: application/json"),
            await CurlAsync(daemon, "alice", "", "kv/range", """{"key":"L2EvMQ=="}"""),
            await CurlAsync(daemon, "alice", "", "auth/authenticate", """{"name":"bob","password":"pw"}"""),
            await CurlAsync(daemon, Nameless, "", "kv/range", """{"key":"L2EvMQ=="}"""),
            await CurlAsync(daemon, Nameless, await TokenAsync(daemon), "kv/range", """{"key":"L2IvMQ==","count_only":true}"""),
        ];
    }

    /// <summary>A token for bob; the gateway wants a certificate without a name for that.</summary>
    private async Task<string> TokenAsync(Daemon daemon)
    {
        var answer = await CurlAsync(daemon, Nameless, "", "auth/authenticate", """{"name":"bob","password":"pw"}""");
        return answer.Split("\"token\":\"")[1].Split('"')[0];
    }

    private Task<string> CtlAsync(Daemon daemon, string user, params string[] arguments) =>
        SaidAsync(new EtcdCtl("3.5", daemon).TryAsync("", [.. Identity(user), .. arguments]));

    /// <summary>The status and message of a Range of /a/1 without any token.</summary>
    private async Task<string> GrpcAsync(Daemon daemon, string user, params string[] fields)
    {
        var request = Path.Combine(_ca.Directory, "range");
        await File.WriteAllBytesAsync(request, [0, 0, 0, 0, 6, 0x0A, 4, .. "/a/1"u8], TestContext.Current.CancellationToken);
        string[] call = ["-sS", "--http2", "-D", "-", "-o", "/dev/null", "-H", "content-type: application/grpc", "-H", "te: trailers", .. fields];
        var done = await Command.RunAsync("curl",
            [.. CurlIdentity(user), .. call, "--data-binary", "@" + request, $"{daemon.ClientUrl}/etcdserverpb.KV/Range"]);
        return string.Join('\n', done.Output.Split('\n').Select(line => line.Trim()).Where(line => line.StartsWith("grpc-", StringComparison.Ordinal))
            .Order());
    }

    private async Task<string> CurlAsync(Daemon daemon, string user, string token, string path, string body)
    {
        string[] authorization = token.Length == 0 ? [] : ["-H", $"Authorization: {token}"];
        var done = await Command.RunAsync("curl", ["-sS", .. CurlIdentity(user), .. authorization, $"{daemon.ClientUrl}/v3/{path}", "-d", body]);
        return Comparable(done.ExitCode + " " + done.Output + done.Error);
    }

    private string[] Identity(string user)
    {
        var (cert, key) = _ca.Issue(user, user);
        return [$"--cacert={_ca.CaFile}", $"--cert={cert}", $"--key={key}"];
    }

    private string[] CurlIdentity(string user)
    {
        var (cert, key) = _ca.Issue("curl" + user, user);
        return ["--cacert", _ca.CaFile, "--cert", cert, "--key", key];
    }

    private static async Task<string> SaidAsync(Task<Command> running)
    {
        var done = await running;
        var words = (done.Output + done.Error).Split('\n').Where(line => !line.StartsWith('{'));
        return $"{done.ExitCode} {string.Join(' ', words).Trim()}";
    }

    /// <summary>
    /// The answer without the header, whose ids are each server's own, and without the "error" that only EtcdEdge's has beside the message.
    /// </summary>
    private static string Comparable(string answer) => Regex.Replace(answer, "\"header\":{[^}]*},? ?|\"error\":\"[^\"]*\", ?", "").Replace(", ", ",");
}
