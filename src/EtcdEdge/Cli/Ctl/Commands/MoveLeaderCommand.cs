using EtcdEdge.Api;
using EtcdEdge.Cli.Ctl.Client;
using EtcdEdge.Cli.Ctl.Common;
using EtcdEdge.Cli.Ctl.Session;
using EtcdEdge.Cli.Ctl.Writers;
using Grpc.Core;

namespace EtcdEdge.Cli.Ctl.Commands;

/// <summary>etcdctl move-leader.</summary>
internal static class MoveLeaderCommand
{
    public static CliCommand Command { get; } = new()
    {
        Name = "move-leader",
        Group = CommandGroups.Maintenance,
        Arguments = "<transferee-member-id>",
        Short = "Transfers leadership to another etcd cluster member.",
        Run = call => CtlSession.Run(call, RunAsync),
    };

    private static async Task RunAsync(CtlSession session)
    {
        if (session.Arguments is not [var text])
        {
            throw new CliFailure(CliFailure.BadArguments, "move-leader command needs 1 argument");
        }

        var target = Identity.Parse(() => GoText.ParseUint(text, 16), CliFailure.BadArguments);
        var settings = session.Settings();
        foreach (var endpoint in settings.Endpoints)
        {
            using var client = await session.ConnectAsync(settings with { Endpoints = [endpoint] });
            try
            {
                var status = await client.Maintenance.StatusAsync(new StatusRequest(), session.Timed);
                if (status.Header.MemberId != status.Leader)
                {
                    continue;
                }

                var response = await client.Maintenance.MoveLeaderAsync(new MoveLeaderRequest { TargetID = target }, session.Timed);
                session.Print(new Report
                {
                    Message = response,
                    Simple = writer => writer.Line($"Leadership transferred from {status.Leader:x} to {target:x}"),
                });
                return;
            }
            catch (RpcException failure)
            {
                CallFailure.ReportTrouble(client, failure);
                throw;
            }
        }

        throw new CliFailure(CliFailure.BadArguments, $"no leader endpoint given at [{string.Join(' ', settings.Endpoints)}]");
    }
}
