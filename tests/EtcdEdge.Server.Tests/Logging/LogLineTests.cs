using System.Text;
using EtcdEdge.Configuration;
using EtcdEdge.Server.Logging;
using Microsoft.Extensions.Logging;
using Xunit;

namespace EtcdEdge.Server.Tests.Logging;

/// <summary>Goal: lines that etcd's collectors and tests understand. Method: log through the generated methods into a file and into memory.</summary>
public sealed class LogLineTests
{
    [Fact]
    public void A_json_line_has_etcds_fields_in_etcds_order()
    {
        var line = Line(logger => logger.Published("a7be38d986537a7c", "4e6e4b22d557efe3", ["http://127.0.0.1:2379"]), LogFormat.Json);
        Assert.Equal("""{"level":"info","ts":"2026-01-02T03:04:05.678901Z","caller":"test:Published","msg":"published local member to """
            + """cluster through raft","local-member-id":"a7be38d986537a7c","cluster-id":"4e6e4b22d557efe3","client-urls":"""
            + """["http://127.0.0.1:2379"]}""" + "\n", line);
    }

    [Fact]
    public void A_console_line_is_for_the_eye()
    {
        var line = Line(logger => logger.SlowFdatasync(TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(1)), LogFormat.Console);
        Assert.Equal("2026-01-02T03:04:05.678901Z\twarn\ttest:SlowFdatasync\tslow fdatasync\t{\"took\":\"1.5s\",\"expected-duration\":\"1s\"}\n",
            line);
    }

    [Fact]
    public void An_exception_becomes_its_messages_without_a_stack()
    {
        var error = new IOException("outer", new IOException("inner"));
        Assert.Contains("\"error\":\"outer: inner\"}", Line(logger => logger.Fatal(error), LogFormat.Json));
    }

    [Fact]
    public void The_line_tools_wait_for_is_there() =>
        Assert.Contains("ready to serve client requests", Line(logger => logger.ReadyToServe(), LogFormat.Json));

    [Fact]
    public void Lines_below_the_level_and_the_frameworks_chatter_stay_out()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory().FullName, "log");
        using (var logging = EtcdLogging.Open(new LogOptions { Level = LogLevel.Information, Outputs = [path] }))
        {
            logging.Factory.CreateLogger("EtcdEdge.Server").HealthSucceeded("/health", 200);
            logging.Factory.CreateLogger("Microsoft.AspNetCore.Hosting").LeaderElected("chatter", 1);
            logging.Factory.CreateLogger("EtcdEdge.Server").ReadyToServe();
        }

        Assert.Contains("ready to serve", Assert.Single(File.ReadAllLines(path)));
    }

    [Fact]
    public void A_file_that_cannot_be_opened_is_named()
    {
        var error = Assert.Throws<IOException>(() => EtcdLogging.Open(new LogOptions { Outputs = ["/no/such/directory/log"] }));
        Assert.StartsWith("--log-outputs /no/such/directory/log cannot be opened: ", error.Message);
    }

    [Fact]
    public void The_journal_gets_a_priority_before_each_line()
    {
        using var stream = new MemoryStream();
        new LogTarget(stream, forJournal: true).Write(LogLevel.Warning, "line\n"u8);
        Assert.Equal("<4>line\n", Encoding.UTF8.GetString(stream.ToArray()));
    }

    [Fact]
    public void A_stalled_output_never_holds_whoever_logs_and_the_loss_is_told()
    {
        using var stalled = new StalledStream();
        using var output = new LogOutput([new LogTarget(stalled, forJournal: false)]);
        output.Write(LogLevel.Information, "first\n"u8.ToArray());
        stalled.Reached.Wait(TestContext.Current.CancellationToken);
        for (var i = 0; i < LoggingLimits.QueuedLogLines + 10; i++)
        {
            output.Write(LogLevel.Information, "more\n"u8.ToArray());
        }

        Assert.Equal(10, output.Dropped);
        stalled.Release.Set();
        output.Flush(TimeSpan.FromSeconds(30));
        Assert.Contains("\"lines\":10", Encoding.UTF8.GetString(stalled.ToArray()));
    }

    private static string Line(Action<ILogger> log, LogFormat format)
    {
        using var stream = new MemoryStream();
        using var output = new LogOutput([new LogTarget(stream, forJournal: false)]);
        log(new LogLineLogger("test", output, format, verbose: false, new FixedClock()));
        output.Flush(TimeSpan.FromSeconds(30));
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).AddTicks(6_789_010);
    }

    /// <summary>Its first write waits, as a card does that collects its garbage.</summary>
    private sealed class StalledStream : MemoryStream
    {
        public ManualResetEventSlim Reached { get; } = new();

        public ManualResetEventSlim Release { get; } = new();

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Reached.Set();
            Release.Wait(TestContext.Current.CancellationToken);
            base.Write(buffer);
        }
    }
}
