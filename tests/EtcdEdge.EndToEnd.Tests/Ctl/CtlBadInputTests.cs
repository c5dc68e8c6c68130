using System.Diagnostics;
using EtcdEdge.Testing;
using Xunit;

namespace EtcdEdge.EndToEnd.Tests.Ctl;

// Claim: bad input ends with one error line and etcdctl's exit code, and never with a stack trace.
public sealed class CtlBadInputTests : IAsyncLifetime
{
    private readonly Daemon _daemon = new(Binaries.Server);
    private readonly ScratchDirectory _scratch = new();

    public async ValueTask InitializeAsync() => await _daemon.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _scratch.Dispose();
        await _daemon.DisposeAsync();
    }

    [Theory]
    [InlineData("etcdctl get a --endpoints=127.0.0.1:1 --command-timeout=300ms", 1, "Error: context deadline exceeded")]
    [InlineData("etcdctl get a --endpoints=nonsense://x --command-timeout=300ms", 1, "Error: context deadline exceeded")]
    [InlineData("etcdctl get a --endpoints=,,: --command-timeout=300ms", 1, "Error: context deadline exceeded")]
    [InlineData("etcdctl get a --endpoints=https://127.0.0.1:PORT --command-timeout=500ms", 1, "Error: context deadline exceeded")]
    [InlineData("etcdctl put a b --endpoints=unix://nothing.sock --command-timeout=300ms", 1, "Error: context deadline exceeded")]
    [InlineData("etcdctl get a --cacert=/dev/null", 128, "Error: tls: failed to find any PEM data in certificate input /dev/null")]
    [InlineData("etcdctl get a --cert=x", 128, "Error: KeyFile and CertFile must both be present[key: , cert: x]")]
    [InlineData("etcdctl get a --cert=x --key=y", 128, "Error: open x: no such file or directory")]
    [InlineData("etcdctl get a --cacert=", 128, "Error: empty string is passed to --cacert option")]
    [InlineData("ETCDCTL_COMMAND_TIMEOUT=x etcdctl get a", 128,
        "Error: invalid value \"x\" for ETCDCTL_COMMAND_TIMEOUT: time: invalid duration \"x\"")]
    [InlineData("etcdctl get a --max-recv-bytes=-1", 128, "Error: --max-recv-bytes must be 0 to 2147483647, not -1")]
    [InlineData("head -c 3000000 /dev/zero | etcdctl put a", 1,
        "Error: rpc error: code = ResourceExhausted desc = trying to send message larger than max (3000008 vs. 2097152)")]
    [InlineData("etcdctl get a --user=root < /dev/null", 1, "Error: EOF")]
    [InlineData("etcdctl put a b >/dev/full", 6, "Error: write /dev/stdout: no space left on device")]
    [InlineData("etcdctl put a b >&-", 6, "Error: write /dev/stdout: bad file descriptor")]
    [InlineData("etcdctl snapshot save /nonexistent/s.db", 5, "Error: could not write /nonexistent/s.db.part")]
    [InlineData("etcdctl lock l nonexistent-command", 1, "Error: exec: \"nonexistent-command\": executable file not found in $PATH")]
    [InlineData("etcdctl lock l -- sh -c 'exit 7'", 7, "Error: exit status 7")]
    [InlineData("etcdctl txn </dev/null", 3, "Error: EOF")]
    [InlineData("etcdctl watch -i </dev/null", 3, "Error: error reading watch request line: EOF")]
    [InlineData("etcdctl version --endpoints", 1, "Error: flag needs an argument: --endpoints")]
    [InlineData("etcdctl check perf --load=tiny", 4, "Error: unknown load option tiny")]
    [InlineData("etcdctl member add m --peer-urls=nonsense", 1, "Error: URL scheme must be http, https, unix, or unixs: nonsense")]
    public async Task A_wrong_call_ends_with_an_error_line(string call, int exitCode, string error)
    {
        var done = await ShellAsync(call.Replace("PORT", $"{_daemon.ClientPort}", StringComparison.Ordinal));
        Assert.Equal(exitCode, done.ExitCode);
        Assert.Contains(error, done.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", done.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unusable_endpoint_is_named_before_the_error()
    {
        var done = await ShellAsync("etcdctl get a --endpoints=127.0.0.1:1 --command-timeout=300ms");
        Assert.Equal("etcdctl: 127.0.0.1:1: Connection refused\nError: context deadline exceeded\n", done.Error);
    }

    [Fact]
    public async Task A_call_goes_to_the_endpoint_that_answers()
    {
        var done = await ShellAsync($"etcdctl put a b --endpoints=127.0.0.1:1,127.0.0.1:{_daemon.ClientPort}");
        Assert.Equal((0, "OK\n", ""), (done.ExitCode, done.Output, done.Error));
    }

    [Fact]
    public async Task Keys_and_values_may_be_any_bytes()
    {
        var done = await ShellAsync(@"etcdctl put $'\xff\xfek' $'v\x80' && etcdctl get $'\xff\xfek' | od -An -tx1");
        Assert.Equal("OK\n ff fe 6b 0a 76 80 0a\n", done.Output);
    }

    [Fact]
    public async Task A_large_value_from_stdin_is_stored_and_printed()
    {
        var done = await ShellAsync("head -c 1500000 /dev/zero | tr '\\0' x | etcdctl put large && etcdctl get large --print-value-only | wc -c");
        Assert.Equal("OK\n1500001\n", done.Output);
    }

    [Fact]
    public async Task A_large_range_is_printed_whole_and_a_closed_pipe_ends_it_silently()
    {
        var fill = "for i in $(seq 120); do for j in $(seq 100); do echo \"put k/$i/$j v\"; done > ops; (echo; cat ops; echo; echo) | etcdctl "
            + "txn >/dev/null; done";
        Assert.Equal("", (await ShellAsync(fill)).Error);
        Assert.Equal("24000\n", (await ShellAsync("etcdctl get k/ --prefix | wc -l")).Output);
        var cut = await ShellAsync("etcdctl get k/ --prefix | head -n 1; echo ${PIPESTATUS[0]}");
        Assert.Equal(("k/1/1\n141\n", ""), (cut.Output, cut.Error));
    }

    [Fact]
    public async Task A_watch_ends_when_its_pipe_is_closed()
    {
        await ShellAsync("etcdctl put w 1; etcdctl put w 2");
        var clock = Stopwatch.StartNew();
        var done = await ShellAsync("(sleep 1; etcdctl put w 3 >/dev/null) & timeout 20 etcdctl watch w --rev=1 | head -n 1");
        Assert.Equal("PUT\n", done.Output);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task Output_goes_to_the_end_of_a_file_that_other_commands_write()
    {
        var done = await ShellAsync("(echo first; etcdctl put a b; etcdctl get a; echo last) > file; cat file");
        Assert.Equal("first\nOK\na\nb\nlast\n", done.Output);
    }

    private Task<Command> ShellAsync(string script) => Command.RunAsync(
        "env",
        [
            $"--chdir={_scratch.Path}", $"PATH={CtlBinary.Directory}:{Environment.GetEnvironmentVariable("PATH")}",
            $"ETCDCTL_ENDPOINTS=127.0.0.1:{_daemon.ClientPort}", "bash", "-c", script,
        ]);
}
