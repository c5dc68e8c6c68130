using System.Diagnostics;
using EtcdEdge.Api;
using EtcdEdge.Cli.Ctl.Client;
using EtcdEdge.Cli.Ctl.Common;
using EtcdEdge.Cli.Ctl.Session;
using Grpc.Core;

namespace EtcdEdge.Cli.Ctl.Commands;

/// <summary>etcdctl defrag.</summary>
internal static class DefragCommand
{
    public static CliCommand Command { get; } = new()
    {
        Name = "defrag",
        Group = CommandGroups.Maintenance,
        Short = "Defragments the storage of the etcd members with given endpoints",
        Flags =
        [
            ClusterEndpoints.Flag,
            new CliFlag("data-dir", "string", "Optional. If present, defragments a data directory not in use by etcd.") { IsHidden = true },
        ],
        Run = call => CtlSession.RunForCode(call, RunAsync),
    };

    private static async Task<int> RunAsync(CtlSession session)
    {
        if (session.Call.Text("data-dir") is { Length: > 0 } directory)
        {
            return Utl.UtlTool.Run(["defrag", "--data-dir", directory]);
        }

        var exitCode = 0;
        foreach (var settings in await ClusterEndpoints.EachAsync(session))
        {
            var endpoint = settings.Endpoints[0];
            using var client = await session.ConnectAsync(settings);
            var start = Stopwatch.GetTimestamp();
            try
            {
                await client.Maintenance.DefragmentAsync(new DefragmentRequest(), session.Fresh());
                CtlConsole.Out.WriteLine($"Finished defragmenting etcd member[{endpoint}]. took {Took(start)}");
                CtlConsole.Out.Flush();
            }
            catch (RpcException failure)
            {
                exitCode = CliFailure.Error;
                var took = Took(start);
                CallFailure.ReportTrouble(client, failure);
                CtlConsole.Error.WriteLine($"Failed to defragment etcd member[{endpoint}]. took {took}. ({CallFailure.Text(failure)})");
            }
        }

        return exitCode;
    }

    private static string Took(long start) => GoDuration.Format(Stopwatch.GetElapsedTime(start));
}
