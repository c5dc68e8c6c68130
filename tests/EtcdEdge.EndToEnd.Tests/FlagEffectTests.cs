using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using EtcdEdge.Api;
using EtcdEdge.Differential;
using EtcdEdge.Testing;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Xunit;

namespace EtcdEdge.EndToEnd.Tests;

// Goal: a flag that is said to be honoured changes what the server does, as etcd's does. Method: one telling of each flag's effect, of real etcd and
// of the server under test with the flag, and of the latter without it. Flags whose effects other tests are about are not here.
public sealed class FlagEffectTests
{
    private static readonly ByteString s_key = ByteString.CopyFromUtf8("key");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Max_txn_ops() =>
        await SayAsync(Binaries.Etcd, "InvalidArgument: etcdserver: too many operations in txn request", TxnOfThreeAsync, "--max-txn-ops=2");

    [Fact]
    public async Task Enable_grpc_gateway() => await SayAsync(Binaries.Etcd, "NotFound", GatewayAsync, "--enable-grpc-gateway=false");

    [Fact]
    public async Task Max_concurrent_streams() =>
        await SayAsync(Binaries.Etcd, "the third waits for the first", ThreeStreamsAsync, "--max-concurrent-streams=2");

    [Fact]
    public async Task Grpc_keepalive_interval_and_timeout() =>
        await SayAsync(Binaries.Etcd, "closed", SilenceAsync, "--grpc-keepalive-interval=1s", "--grpc-keepalive-timeout=1s");

    [Fact]
    public async Task Auth_token_ttl() =>
        await SayAsync(Binaries.Etcd, "Unauthenticated: etcdserver: invalid auth token", OldTokenAsync, "--auth-token-ttl=1", "--bcrypt-cost=4");

    [Fact]
    public async Task Watch_progress_notify_interval() =>
        await SayAsync(Binaries.Etcd, "notified", ProgressAsync, "--experimental-watch-progress-notify-interval=200ms");

    [Fact]
    public async Task Compaction_batch_limit_and_sleep_interval() =>
        await SayAsync(Binaries.Etcd, "slow", SlowCompactionAsync, "--experimental-compaction-batch-limit=2",
            "--experimental-compaction-sleep-interval=300ms");

    [Fact]
    public async Task Log_format() => await SayAsync(null, "no JSON", LinesAsync, "--log-format=console");

    [Fact]
    public async Task Debug() => await SayAsync(Binaries.Etcd34, "debug lines", DebugLinesAsync, "--debug");

    [Fact]
    public async Task Max_learners() => await SayAsync(null, "OK", TwoLearnersAsync, "--max-learners=2");

    [Fact]
    public async Task Wal_page_bytes() => await SayAsync(null, "wide", PagesOfPutsAsync, "--wal-page-bytes=16384");

    [Fact]
    public async Task Socket_reuse_port()
    {
        foreach (var binary in (string[])[Binaries.Etcd, Binaries.Server])
        {
            Assert.Equal("ready to serve client requests", await SecondOnThePortAsync(binary, "--socket-reuse-port"));
        }

        Assert.Equal("address already in use", await SecondOnThePortAsync(Binaries.Server));
    }

    [Fact]
    public async Task Pre_vote()
    {
        foreach (var binary in (string[])[Binaries.Etcd, Binaries.Server])
        {
            Assert.True(await TermGrowsAloneAsync(binary, "--pre-vote=false"), binary);
        }

        Assert.False(await TermGrowsAloneAsync(Binaries.Server));
    }

    [Fact]
    public async Task Self_signed_cert_validity()
    {
        foreach (var (binary, flags, years) in ((string, string[], int)[])
            [(Binaries.Etcd, ["--self-signed-cert-validity=3"], 3), (Binaries.Server, ["--self-signed-cert-validity=3"], 3),
                (Binaries.Server, [], 1)])
        {
            await using var daemon = new Daemon(binary, flags: ["--auto-tls", .. flags]) { Scheme = "https" };
            await daemon.StartAsync();
            using var shown = await CertificateAsync(daemon.ClientPort);
            Assert.Equal(years, (int)Math.Round((shown.NotAfter - shown.NotBefore).TotalDays / 365));
        }
    }

    /// <summary>The certificate that members show is for another host: refused, unless its names are not to be looked at.</summary>
    [Fact]
    public async Task Peer_client_cert_file_and_peer_skip_client_san_verification()
    {
        using var ca = new TestCa();
        var (server, serverKey) = ca.Issue("server", forClient: false);
        var (client, clientKey) = ca.Issue("client", host: "10.1.2.3", forServer: false);
        string[] oneCertificate =
            [$"--peer-cert-file={server}", $"--peer-key-file={serverKey}", $"--peer-trusted-ca-file={ca.CaFile}", "--peer-client-cert-auth"];
        string[] two = [.. oneCertificate, $"--peer-client-cert-file={client}", $"--peer-client-key-file={clientKey}"];
        foreach (var binary in (string[])[Binaries.Etcd, Binaries.Server])
        {
            Assert.True(await MeetAsync(binary, [.. two, "--experimental-peer-skip-client-san-verification"]), $"{binary} with both");
            Assert.False(await MeetAsync(binary, two), $"{binary} with names looked at");
            Assert.False(await MeetAsync(binary, oneCertificate), $"{binary} with the server's certificate");
        }
    }

    /// <param name="etcd">The etcd that knows the flags; null: none here does.</param>
    private static async Task SayAsync(string? etcd, string expected, Func<Daemon, Task<string>> story, params string[] flags)
    {
        if (etcd is not null)
        {
            Assert.Equal(("etcd", expected), ("etcd", await ToldAsync(etcd, story, flags)));
        }

        Assert.Equal(expected, await ToldAsync(Binaries.Server, story, flags));
        Assert.NotEqual(expected, await ToldAsync(Binaries.Server, story));
    }

    private static async Task<string> ToldAsync(string binary, Func<Daemon, Task<string>> story, params string[] flags)
    {
        await using var daemon = new Daemon(binary, flags: flags);
        await daemon.StartAsync();
        return await story(daemon);
    }

    private static async Task<string> StatusOfAsync<T>(AsyncUnaryCall<T> call)
    {
        try
        {
            await call;
            return "OK";
        }
        catch (RpcException refused)
        {
            return $"{refused.StatusCode}: {refused.Status.Detail}";
        }
    }

    private static async Task<string> TxnOfThreeAsync(Daemon daemon)
    {
        await using var session = new Session(daemon.ClientUrl);
        var txn = new TxnRequest();
        txn.Success.AddRange(Enumerable.Range(0, 3).Select(_ => new RequestOp { RequestRange = new RangeRequest { Key = s_key } }));
        return await StatusOfAsync(session.Kv.TxnAsync(txn, cancellationToken: Cancel));
    }

    private static async Task<string> GatewayAsync(Daemon daemon)
    {
        await using var session = new Session(daemon.ClientUrl);
        using var body = new StringContent("""{"key":"a2V5"}""");
        using var answer = await session.Http.PostAsync(new Uri("/v3/kv/range", UriKind.Relative), body, Cancel);
        return answer.StatusCode.ToString();
    }

    private static async Task<string> ThreeStreamsAsync(Daemon daemon)
    {
        using var handler = new SocketsHttpHandler { EnableMultipleHttp2Connections = false };
        using var channel = GrpcChannel.ForAddress(daemon.ClientUrl, new GrpcChannelOptions { HttpHandler = handler });
        var (watch, kv) = (new Watch.WatchClient(channel), new KV.KVClient(channel));
        using var first = watch.Watch(cancellationToken: Cancel);
        using var second = watch.Watch(cancellationToken: Cancel);
        foreach (var call in (AsyncDuplexStreamingCall<WatchRequest, WatchResponse>[])[first, second])
        {
            await call.RequestStream.WriteAsync(new WatchRequest { CreateRequest = new() { Key = s_key } }, Cancel);
            Assert.True(await call.ResponseStream.MoveNext(Cancel));
        }

        var third = kv.PutAsync(new PutRequest { Key = s_key }, cancellationToken: Cancel).ResponseAsync;
        if (await Task.WhenAny(third, Task.Delay(TimeSpan.FromSeconds(1), Cancel)) == third)
        {
            return "the third goes first";
        }

        first.Dispose();
        await third;
        return "the third waits for the first";
    }

    // A client that has said hello and then answers nothing.
    private static async Task<string> SilenceAsync(Daemon daemon)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(daemon.Host, daemon.ClientPort, Cancel);
        var stream = tcp.GetStream();
        await stream.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0"u8.ToArray(), Cancel);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(TimeSpan.FromSeconds(8));
        try
        {
            var sink = new byte[1024];
            while (await stream.ReadAsync(sink, patience.Token) > 0)
            {
            }
        }
        catch (OperationCanceledException) when (!Cancel.IsCancellationRequested)
        {
            return "open";
        }
        catch (IOException)
        {
        }

        return "closed";
    }

    private static async Task<string> OldTokenAsync(Daemon daemon)
    {
        await using var session = new Session(daemon.ClientUrl);
        await session.Auth.UserAddAsync(new AuthUserAddRequest { Name = "root", Password = "pw" }, cancellationToken: Cancel);
        await session.Auth.RoleAddAsync(new AuthRoleAddRequest { Name = "root" }, cancellationToken: Cancel);
        await session.Auth.UserGrantRoleAsync(new AuthUserGrantRoleRequest { User = "root", Role = "root" }, cancellationToken: Cancel);
        await session.Auth.AuthEnableAsync(new AuthEnableRequest(), cancellationToken: Cancel);
        var who = await session.Auth.AuthenticateAsync(new AuthenticateRequest { Name = "root", Password = "pw" }, cancellationToken: Cancel);
        await Task.Delay(TimeSpan.FromSeconds(4), Cancel);
        return await StatusOfAsync(
            session.Kv.RangeAsync(new RangeRequest { Key = s_key }, new Metadata { { "token", who.Token } }, cancellationToken: Cancel));
    }

    private static async Task<string> ProgressAsync(Daemon daemon)
    {
        await using var session = new Session(daemon.ClientUrl);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using var watch = session.Watch.Watch(cancellationToken: Cancel);
        await watch.RequestStream.WriteAsync(new WatchRequest { CreateRequest = new() { Key = s_key, ProgressNotify = true } }, Cancel);
        Assert.True(await watch.ResponseStream.MoveNext(Cancel));
        var next = watch.ResponseStream.MoveNext(Cancel);
        return await Task.WhenAny(next, Task.Delay(TimeSpan.FromSeconds(5), Cancel)) == next ? "notified" : "silent";
    }

    // Twenty revisions in batches of two with 300 ms between them cannot be gone within two seconds.
    private static async Task<string> SlowCompactionAsync(Daemon daemon)
    {
        await using var session = new Session(daemon.ClientUrl);
        PutResponse last = new();
        for (var n = 0; n < 20; n++)
        {
            last = await session.Kv.PutAsync(new PutRequest { Key = ByteString.CopyFromUtf8($"key{n % 10}") }, cancellationToken: Cancel);
        }

        var begun = DateTime.UtcNow;
        await session.Kv.CompactAsync(new CompactionRequest { Revision = last.Header.Revision, Physical = true }, cancellationToken: Cancel);
        return DateTime.UtcNow - begun > TimeSpan.FromSeconds(2) ? "slow" : "quick";
    }

    private static Task<string> LinesAsync(Daemon daemon) =>
        Task.FromResult(daemon.Log.Any(line => line.StartsWith('{')) ? "JSON" : daemon.Log.Count > 3 ? "no JSON" : "nothing");

    private static async Task<string> DebugLinesAsync(Daemon daemon)
    {
        await using var session = new Session(daemon.ClientUrl);
        await session.Kv.PutAsync(new PutRequest { Key = s_key }, cancellationToken: Cancel);
        await daemon.StopAsync();
        return daemon.Log.Any(line => Regex.IsMatch(line, "\"level\":\"debug\"|^\\S+ \\S+ D \\|")) ? "debug lines" : "none";
    }

    private static async Task<string> TwoLearnersAsync(Daemon daemon)
    {
        await using var session = new Session(daemon.ClientUrl);
        var first = new MemberAddRequest { IsLearner = true, PeerURLs = { "http://127.0.0.1:1" } };
        Assert.Equal("OK", await StatusOfAsync(session.Cluster.MemberAddAsync(first, cancellationToken: Cancel)));
        var second = new MemberAddRequest { IsLearner = true, PeerURLs = { "http://127.0.0.1:2" } };
        return await StatusOfAsync(session.Cluster.MemberAddAsync(second, cancellationToken: Cancel));
    }

    // Each write begins on a page of its own.
    private static async Task<string> PagesOfPutsAsync(Daemon daemon)
    {
        const int puts = 20;
        await using var session = new Session(daemon.ClientUrl);
        for (var n = 0; n < puts; n++)
        {
            await session.Kv.PutAsync(new PutRequest { Key = s_key }, cancellationToken: Cancel);
        }

        await daemon.KillAsync();
        var log = await File.ReadAllBytesAsync(Directory.GetFiles(Path.Combine(daemon.DataDirectory, "member", "wal"), "*.seg").Order().First(),
            Cancel);
        return Array.FindLastIndex(log, octet => octet != 0) > puts * 16_384 ? "wide" : "narrow";
    }

    private static async Task<string> SecondOnThePortAsync(string binary, params string[] flags)
    {
        await using var first = new Daemon(binary, flags: flags);
        await first.StartAsync();
        await using var second = new Daemon(binary, flags: flags) { ClientPort = first.ClientPort };
        second.Start();
        string[] ends = ["ready to serve client requests", "address already in use"];
        await TestCluster.EventuallyAsync(() => Task.FromResult(second.Log.Any(line => ends.Any(line.Contains))), "neither served nor refused");
        return ends.First(end => second.Log.Any(line => line.Contains(end, StringComparison.Ordinal)));
    }

    // Whoever is alone stands for election again and again; what terms that took shows when there is a leader once more.
    private static async Task<bool> TermGrowsAloneAsync(string binary, params string[] flags)
    {
        await using var cluster = new TestCluster(3, [.. flags, "--heartbeat-interval=50", "--election-timeout=250"], binary: binary);
        await cluster.StartAsync();
        var leader = await cluster.LeaderAsync();
        var before = (await cluster.StatusAsync(leader))!.RaftTerm;
        int alone = (leader + 1) % 3, away = (leader + 2) % 3;
        await Task.WhenAll(cluster[leader].KillAsync(), cluster[away].KillAsync());
        await Task.Delay(TimeSpan.FromSeconds(5), Cancel);
        await cluster[away].StartAsync();
        await cluster.EventuallyPutsAsync(alone, "key", "1");
        return (await cluster.StatusAsync(alone))!.RaftTerm > before + 4;
    }

    private static async Task<X509Certificate2> CertificateAsync(int port)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync("127.0.0.1", port, Cancel);
        X509Certificate2? shown = null;
        await using var tls = new SslStream(tcp.GetStream(), leaveInnerStreamOpen: false, (_, certificate, _, errors) =>
        {
            shown = X509CertificateLoader.LoadCertificate(certificate!.Export(X509ContentType.Cert));
            return errors == SslPolicyErrors.None;
        });
        await Assert.ThrowsAsync<AuthenticationException>(() => tls.AuthenticateAsClientAsync("127.0.0.1"));
        return shown!;
    }

    /// <summary>Whether three members with these flags find a leader.</summary>
    private static async Task<bool> MeetAsync(string binary, string[] flags)
    {
        await using var cluster = new TestCluster(3, flags, binary: binary, peerScheme: "https");
        cluster.Members.ToList().ForEach(member => member.Start());
        var ready = Task.WhenAll(cluster.Members.Select(member => member.WaitReadyAsync()));
        var met = await Task.WhenAny(ready, Task.Delay(TimeSpan.FromSeconds(6), Cancel)) == ready;
        _ = ready.ContinueWith(late => late.Exception, TaskScheduler.Default);
        return met;
    }
}
