using EtcdEdge.Testing;
using Xunit;

namespace EtcdEdge.EndToEnd.Tests.Ctl;

// Claim: etcdctl reaches a member that requires client certificates, as kubeadm's do, and names the flags where they are missing.
public sealed class CtlTlsTests : IAsyncLifetime
{
    private const string Limit = "--command-timeout=500ms";
    private readonly TestCa _ca = new();
    private readonly string[] _certificates;
    private readonly Daemon _daemon;

    public CtlTlsTests()
    {
        var (cert, key) = _ca.Issue("member");
        _certificates = [$"--cacert={_ca.CaFile}", $"--cert={cert}", $"--key={key}"];
        _daemon = new Daemon(
            Binaries.Server,
            flags: [$"--cert-file={cert}", $"--key-file={key}", $"--trusted-ca-file={_ca.CaFile}", "--client-cert-auth"])
        {
            Scheme = "https",
        };
    }

    public async ValueTask InitializeAsync() => await _daemon.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _daemon.DisposeAsync();
        _ca.Dispose();
    }

    [Theory]
    [InlineData("https://127.0.0.1:PORT")]
    [InlineData("127.0.0.1:PORT")]
    public async Task Certificates_reach_the_member(string endpoint)
    {
        Assert.Equal((0, "OK\n"), await RunAsync(endpoint, [.. _certificates, "put", "a", "b"]));
        Assert.Equal((0, "a\nb\n"), await RunAsync(endpoint, [.. _certificates, "get", "a"]));
    }

    [Fact]
    public async Task Without_certificates_the_error_names_the_flags()
    {
        string[][] calls = [["put", "a", "b"], ["get", "a"], ["endpoint", "status"], ["member", "list"]];
        foreach (var call in calls)
        {
            await AssertNamesFlagsAsync("127.0.0.1:PORT", call);
            await AssertNamesFlagsAsync("https://127.0.0.1:PORT", call);
            await AssertNamesFlagsAsync("https://127.0.0.1:PORT", [_certificates[0], .. call]);
        }
    }

    [Fact]
    public async Task Another_authority_is_refused()
    {
        using var other = new TestCa("other");
        await AssertNamesFlagsAsync("https://127.0.0.1:PORT", [$"--cacert={other.CaFile}", _certificates[1], _certificates[2], "get", "a"]);
    }

    private async Task AssertNamesFlagsAsync(string endpoint, string[] call)
    {
        var (exitCode, text) = await RunAsync(endpoint, [Limit, .. call]);
        Assert.Equal(1, exitCode);
        Assert.Contains("--cacert, --cert and --key", text, StringComparison.Ordinal);
        Assert.Contains("context deadline exceeded", text.Split('\n')[^2], StringComparison.Ordinal);
    }

    private async Task<(int ExitCode, string Text)> RunAsync(string endpoint, string[] call)
    {
        var named = endpoint.Replace("PORT", $"{_daemon.ClientPort}", StringComparison.Ordinal);
        var done = await Command.RunAsync(CtlBinary.File, [$"--endpoints={named}", .. call]);
        return (done.ExitCode, done.Output + done.Error);
    }
}
