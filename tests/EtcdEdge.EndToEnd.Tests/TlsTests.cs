using System.Diagnostics;
using EtcdEdge.Testing;
using Xunit;

namespace EtcdEdge.EndToEnd.Tests;

// Goal: real clients over TLS get in with the right certificates and only then, and the server says in one line who was kept out and why. Method: a
// certificate authority of the test's own; the same tests pass against real etcd but for what is marked.
public sealed class TlsTests : IDisposable
{
    private readonly TestCa _ca = new();
    private readonly TestCa _stranger = new("stranger");

    public void Dispose()
    {
        _ca.Dispose();
        _stranger.Dispose();
    }

    [Theory]
    [InlineData("3.4")]
    [InlineData("3.5")]
    public async Task Etcdctl_writes_and_reads_with_a_client_certificate(string version)
    {
        await using var daemon = await StartAsync(Mutual());
        var etcdctl = new EtcdCtl(version, daemon);
        await etcdctl.RunAsync([.. As(_ca.Issue("alice")), "put", "a", "1"]);
        Assert.Equal(["a", "1"], await etcdctl.LinesAsync([.. As(_ca.Issue("alice")), "get", "a"]));
    }

    [Theory]
    [InlineData("--http1.1", "1.1")]
    [InlineData("--http2", "2")]
    public async Task Curl_speaks_HTTP1_and_HTTP2_on_the_same_port(string protocol, string spoken)
    {
        await using var daemon = await StartAsync(Mutual());
        string[] arguments = ["-sS", protocol, "-w", " %{http_version}", .. CurlAs(_ca.Issue("alice")), daemon.ClientUrl + "/health"];
        Assert.Equal($$"""{"health":"true","reason":""} {{spoken}}""", (await Command.OutputOfAsync("curl", arguments)).Trim());
    }

    [Theory]
    [InlineData("none", "tls: client didn't provide a certificate")]
    [InlineData("stranger", "x509: certificate signed by unknown authority")]
    [InlineData("expired", "x509: certificate has expired or is not yet valid")]
    [InlineData("server only", "x509: certificate specifies an incompatible key usage")]
    public async Task A_client_without_the_right_certificate_is_kept_out_and_named(string certificate, string reason)
    {
        await using var daemon = await StartAsync(Mutual());
        var identity = certificate switch
        {
            "none" => ["--cacert", _ca.CaFile],
            "stranger" => CurlAs(_stranger.Issue("mallory")),
            "expired" => CurlAs(_ca.Issue("old", fromDays: -3, toDays: -2)),
            _ => CurlAs(_ca.Issue("member", forClient: false)),
        };
        await KeptOutAsync(daemon, identity, reason);
    }

    [Fact]
    public async Task A_revoked_client_is_kept_out_from_the_next_connection_on()
    {
        var alice = _ca.Issue("alice");
        var list = _ca.Revoke("crl", pem: false);
        await using var daemon = await StartAsync([.. Mutual(), $"--client-crl-file={list}"]);
        await Command.OutputOfAsync("curl", ["-sS", .. CurlAs(alice), daemon.ClientUrl + "/health"]);
        _ca.Revoke("crl", pem: false, alice.Cert);
        await TestCluster.EventuallyAsync(
            async () => (await Command.RunAsync("curl", ["-sS", .. CurlAs(alice), daemon.ClientUrl + "/health"])).ExitCode != 0,
                "a revoked client gets in");
        await KeptOutAsync(daemon, CurlAs(alice), "revoked");
    }

    [Fact]
    public async Task Only_allowed_host_names_get_in()
    {
        await using var daemon = await StartAsync([.. Mutual(), "--client-cert-allowed-hostname=good.example"]);
        await Command.OutputOfAsync("curl", ["-sS", .. CurlAs(_ca.Issue("good", host: "good.example")), daemon.ClientUrl + "/health"]);
        await KeptOutAsync(daemon, CurlAs(_ca.Issue("bad", host: "bad.example")), "client certificate authentication failed");
    }

    [Theory]
    [InlineData(false, "127.0.0.1", "certificate signed by unknown authority")]
    [InlineData(true, "elsewhere.example", "doesn't contain any IP SANs")]
    public async Task A_client_that_distrusts_the_server_leaves_with_the_reason(bool knownCa, string host, string reason)
    {
        var (cert, key) = _ca.Issue("server", host: host);
        await using var daemon = await StartAsync([$"--cert-file={cert}", $"--key-file={key}"]);
        var ca = knownCa ? _ca.CaFile : _stranger.CaFile;
        var done = await new EtcdCtl("3.5", daemon).TryAsync("", $"--cacert={ca}", "--dial-timeout=2s", "--command-timeout=2s", "get", "a");
        Assert.NotEqual(0, done.ExitCode);
        Assert.Contains(reason, done.Error, StringComparison.Ordinal);
        await LoggedAsync(daemon, "remote error: tls: bad certificate", "connection reset by peer");
    }

    [Fact]
    public async Task A_renewed_certificate_is_served_without_a_restart()
    {
        await using var daemon = await StartAsync(Mutual());
        Assert.Contains("CN=server", await ShownAsync(daemon), StringComparison.Ordinal);
        _ca.Issue("server", "renewed");
        await TestCluster.EventuallyAsync(async () => (await ShownAsync(daemon)).Contains("CN=renewed", StringComparison.Ordinal),
            "the old certificate is shown");
    }

    [Fact]
    public async Task Auto_tls_encrypts_without_any_file()
    {
        await using var daemon = await StartAsync(["--auto-tls"]);
        string[] insecure = ["--insecure-skip-tls-verify", "--insecure-transport=false"];
        await new EtcdCtl("3.5", daemon).RunAsync([.. insecure, "put", "a", "1"]);
        Assert.True(File.Exists(Path.Combine(daemon.DataDirectory, "fixtures", "client", "cert.pem")));
    }

    [Theory]
    [InlineData("--tls-min-version=TLS1.3", "--tls-max", "1.2", "tls: client offered only unsupported versions")]
    [InlineData("--tls-max-version=TLS1.2", "--tlsv1.3", "--http1.1", "tls: client offered only unsupported versions")]
    [InlineData("--cipher-suites=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "--tls-max", "1.2", null)]
    public async Task Versions_and_cipher_suites_are_those_of_the_flags(string flag, string curl, string argument, string? reason)
    {
        var (cert, key) = _ca.Issue("server");
        await using var daemon = await StartAsync([$"--cert-file={cert}", $"--key-file={key}", flag]);
        string[] arguments = ["-sSv", "--cacert", _ca.CaFile, curl, argument, daemon.ClientUrl + "/health"];
        var done = await Command.RunAsync("curl", arguments);
        if (reason is null)
        {
            Assert.Contains("ECDHE-ECDSA-AES128-GCM-SHA256", done.Error, StringComparison.Ordinal);
        }
        else
        {
            Assert.NotEqual(0, done.ExitCode);
            await LoggedAsync(daemon, reason);
        }
    }

    [Fact]
    public async Task A_unix_socket_is_served_under_TLS()
    {
        using var directory = new ScratchDirectory();
        var (cert, key) = _ca.Issue("server");
        var socket = Path.Combine(directory.Path, "etcd.sock");
        string[] flags = [$"--cert-file={cert}", $"--key-file={key}", $"--listen-client-urls=unixs://{socket}"];
        await using var daemon = await StartAsync(flags);
        string[] arguments = ["-sS", "--cacert", _ca.CaFile, "--unix-socket", socket, "https://127.0.0.1/health"];
        Assert.Equal("""{"health":"true","reason":""}""", (await Command.OutputOfAsync("curl", arguments)).Trim());
    }

    [Theory]
    [InlineData("--cert-file=/nowhere.pem --key-file=/nowhere.key", "/nowhere.pem", "no such file")]
    [InlineData("--key-file=/nowhere.key", "/nowhere.key", "must both be present")]
    [InlineData("", "--cert-file", "https://")]
    public async Task Certificates_that_cannot_be_used_are_named_at_the_start(string flags, params string[] named)
    {
        Assert.SkipWhen(Binaries.ServerIsEtcd, "one line and exit code 1 are EtcdEdge's own promise");
        await using var daemon = new Daemon(Binaries.Server, flags: flags.Split(' ', StringSplitOptions.RemoveEmptyEntries)) { Scheme = "https" };
        await OneLine.RefusesAsync(daemon, named);
    }

    private static async Task<Daemon> StartAsync(string[] flags)
    {
        var daemon = new Daemon(Binaries.Server, flags: flags) { Scheme = "https" };
        await daemon.StartAsync();
        return daemon;
    }

    private string[] Mutual()
    {
        var (cert, key) = _ca.Issue("server", "server");
        return [$"--cert-file={cert}", $"--key-file={key}", $"--trusted-ca-file={_ca.CaFile}", "--client-cert-auth"];
    }

    private string[] As((string Cert, string Key) client) => [$"--cacert={_ca.CaFile}", $"--cert={client.Cert}", $"--key={client.Key}"];

    private string[] CurlAs((string Cert, string Key) client) => ["--cacert", _ca.CaFile, "--cert", client.Cert, "--key", client.Key];

    private static async Task KeptOutAsync(Daemon daemon, string[] identity, string reason)
    {
        var done = await Command.RunAsync("curl", ["-sS", .. identity, daemon.ClientUrl + "/health"]);
        Assert.NotEqual(0, done.ExitCode);
        Assert.DoesNotContain("health", done.Output, StringComparison.Ordinal);
        await LoggedAsync(daemon, reason);
    }

    /// <summary>The line comes from the server's side of the connection, so it may come after the client has gone.</summary>
    /// <param name="daemon">Who says it.</param>
    /// <param name="reasons">One of these.</param>
    private static async Task LoggedAsync(Daemon daemon, params string[] reasons)
    {
        var patience = Stopwatch.StartNew();
        while (!daemon.Log.Any(line => line.Contains("rejected connection", StringComparison.Ordinal)
            && reasons.Any(reason => line.Contains(reason, StringComparison.Ordinal))))
        {
            Assert.False(daemon.HasExited, "the server ended");
            Assert.True(patience.Elapsed < TimeSpan.FromSeconds(20),
                $"no line about {string.Join(" or ", reasons)}:\n{string.Join('\n', daemon.Log)}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    private async Task<string> ShownAsync(Daemon daemon)
    {
        var done = await Command.RunAsync("curl", ["-sSv", "--http1.1", .. CurlAs(_ca.Issue("alice")), daemon.ClientUrl + "/health"]);
        return done.Error;
    }
}
