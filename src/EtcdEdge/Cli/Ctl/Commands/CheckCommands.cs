using System.Globalization;
using System.Threading.Channels;
using EtcdEdge.Cli.Ctl.Check;
using EtcdEdge.Cli.Ctl.Client;
using EtcdEdge.Cli.Ctl.Common;
using EtcdEdge.Cli.Ctl.Concurrency;
using EtcdEdge.Cli.Ctl.Session;

namespace EtcdEdge.Cli.Ctl.Commands;

/// <summary>etcdctl check.</summary>
internal static class CheckCommands
{
    private const string Loads = "Accepted workloads: s(small), m(medium), l(large), xl(xLarge)";
    private const int PerformanceSeconds = 60;
    private const double LeastShareOfRate = 0.9;
    private const double SlowestSeconds = 0.5;
    private const double DeviationSeconds = 0.1;
    private const double Megabyte = 1024 * 1024;

    public static CliCommand Command { get; } = new()
    {
        Name = "check",
        Group = CommandGroups.Utility,
        Short = "commands for checking properties of the etcd cluster. Use `etcdctl check --help` to see subcommands",
        Long = "commands for checking properties of the etcd cluster",
        Children =
        [
            new CliCommand
            {
                Name = "perf",
                Arguments = "[options]",
                Short = "Check the performance of the etcd cluster",
                Flags = Flags(
                    $"The performance check's workload model. {Loads}. Different workload models use different configurations in terms of number of "
                    + "clients and expected throughput.", "performance", "/etcdctl-check-perf/"),
                Run = call => CtlSession.RunForCode(call, PerformanceAsync),
            },
            new CliCommand
            {
                Name = "datascale",
                Arguments = "[options]",
                Short = "Check the memory usage of holding data for different workloads on a given server endpoint.",
                Long = "If no endpoint is provided, localhost will be used. If multiple endpoints are provided, first endpoint will be used.",
                Flags = Flags($"The datascale check's workload model. {Loads}", "datascale", "/etcdctl-check-datascale/"),
                Run = call => CtlSession.RunForCode(call, DataScaleAsync),
            },
        ],
    };

    private static CliFlag[] Flags(string load, string name, string prefix) =>
    [
        CheckLoad.Flag(load),
        new CliFlag("prefix", "string", $"The prefix for writing the {name} check's keys.", prefix),
        new CliFlag("auto-compact", "", "Compact storage with last revision after test is finished."),
        new CliFlag("auto-defrag", "", "Defragment storage after test is finished."),
    ];

    private static async Task<int> PerformanceAsync(CtlSession session)
    {
        var load = CheckLoad.Performance(session.Call.Text("load"));
        var clients = await ClientsAsync(session, load.Clients);
        var run = new CheckRun(clients, session.Call.Text("prefix"), keyBytes: 256, valueBytes: 1024);
        await run.RefuseKeysAsync("'");
        using (var interrupt = new Interrupt())
        using (var bar = new CheckBar(PerformanceSeconds))
        {
            var items = Channel.CreateBounded<int>(load.Clients);
            var writers = run.WriteAsync(items.Reader, () => { });
            await PaceAsync(items.Writer, load.Writes, bar, interrupt.Token);
            await writers;
        }

        var (rate, slowest, deviation) = (run.Statistics.Rate, run.Statistics.Slowest, run.Statistics.Deviation);
        await run.CleanUpAsync(session.Call.IsOn("auto-compact"));
        await DefragmentAsync(session, run);
        Dispose(clients);
        var isGood = run.PrintErrors();
        isGood &= Verdict(rate > load.Writes * LeastShareOfRate, $"PASS: Throughput is {(int)rate + 1} writes/s",
            $"FAIL: Throughput too low: {(int)rate + 1} writes/s");
        isGood &= Verdict(slowest <= SlowestSeconds, $"PASS: Slowest request took {Seconds(slowest)}",
            $"Slowest request took too long: {Seconds(slowest)}");
        isGood &= Verdict(deviation <= DeviationSeconds, $"PASS: Stddev is {Seconds(deviation)}", $"Stddev too high: {Seconds(deviation)}");
        Verdict(isGood, "PASS", "FAIL");
        return isGood ? 0 : CliFailure.Error;
    }

    // At most one write waits for its turn, so that a slow server is offered no more than it takes.
    private static async Task PaceAsync(ChannelWriter<int> items, int perSecond, CheckBar bar, CancellationToken cancel)
    {
        var start = TimeProvider.System.GetTimestamp();
        var seconds = 0;
        for (var sent = 0; !cancel.IsCancellationRequested; sent++)
        {
            var due = TimeSpan.FromSeconds((double)sent / perSecond) - TimeProvider.System.GetElapsedTime(start);
            if (due > TimeSpan.FromMilliseconds(1))
            {
                await Task.Delay(due, CancellationToken.None);
            }

            var elapsed = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
            for (; seconds < (int)elapsed; seconds++)
            {
                bar.Add();
            }

            if (elapsed >= PerformanceSeconds)
            {
                break;
            }

            await items.WriteAsync(sent, CancellationToken.None);
        }

        items.Complete();
    }

    private static async Task<int> DataScaleAsync(CtlSession session)
    {
        const string NoMemory = "FAIL: Could not read process_resident_memory_bytes";
        var load = CheckLoad.DataScale(session.Call.Text("load"));
        var clients = await ClientsAsync(session, load.Clients);
        var run = new CheckRun(clients, session.Call.Text("prefix"), keyBytes: 512, valueBytes: 512);
        await run.RefuseKeysAsync("");
        var before = await MemoryMetric.ReadAsync(run.First.Settings);
        if (before == 0)
        {
            CtlConsole.Out.WriteLine($"{NoMemory} before the put operations.");
            return CliFailure.Error;
        }

        CtlConsole.Out.WriteLine(
            $"Start data scale check for work load [{load.Writes} key-value pairs, 1024 bytes per key-value, {load.Clients} concurrent clients].");
        CtlConsole.Out.Flush();
        using (var bar = new CheckBar(load.Writes))
        {
            var items = Channel.CreateBounded<int>(load.Clients);
            var writers = run.WriteAsync(items.Reader, bar.Add);
            for (var sent = 0; sent < load.Writes; sent++)
            {
                await items.Writer.WriteAsync(sent);
            }

            items.Writer.Complete();
            await writers;
        }

        var after = await MemoryMetric.ReadAsync(run.First.Settings);
        if (after == 0)
        {
            CtlConsole.Out.WriteLine($"{NoMemory} after the put operations.");
            return CliFailure.Error;
        }

        await run.CleanUpAsync(session.Call.IsOn("auto-compact"));
        await DefragmentAsync(session, run);
        Dispose(clients);
        if (!run.PrintErrors())
        {
            return CliFailure.Error;
        }

        var used = ((after - before) / Megabyte).ToString("0.00", CultureInfo.InvariantCulture);
        CtlConsole.Out.WriteLine($"PASS: Approximate system memory used : {used} MB.");
        return 0;
    }

    private static Task DefragmentAsync(CtlSession session, CheckRun run) =>
        session.Call.IsOn("auto-defrag") ? run.DefragmentAsync(session) : Task.CompletedTask;

    private static async Task<EtcdClient[]> ClientsAsync(CtlSession session, int count)
    {
        var settings = session.Settings();
        var first = await session.ConnectAsync(settings);
        return [first, .. await Task.WhenAll(Enumerable.Range(1, count - 1).Select(_ => session.ConnectAsync(settings)))];
    }

    private static void Dispose(EtcdClient[] clients)
    {
        foreach (var client in clients)
        {
            client.Dispose();
        }
    }

    private static string Seconds(double value) => value.ToString("0.000000", CultureInfo.InvariantCulture) + "s";

    private static bool Verdict(bool isGood, string good, string bad)
    {
        CtlConsole.Out.WriteLine(isGood ? good : bad);
        return isGood;
    }
}
