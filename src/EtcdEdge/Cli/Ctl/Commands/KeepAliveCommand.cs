using EtcdEdge.Cli.Ctl.Client;
using EtcdEdge.Cli.Ctl.Common;
using EtcdEdge.Cli.Ctl.Session;
using EtcdEdge.Cli.Ctl.Writers;
using Grpc.Core;

namespace EtcdEdge.Cli.Ctl.Commands;

/// <summary>etcdctl lease keep-alive.</summary>
internal static class KeepAliveCommand
{
    public static CliCommand Command { get; } = new()
    {
        Name = "keep-alive",
        Arguments = "[options] <leaseID>",
        Short = "Keeps leases alive (renew)",
        Flags = [new CliFlag("once", "", "Resets the keep-alive time to its original value and cobrautl.Exits immediately")],
        Run = call => CtlSession.Run(call, RunAsync),
    };

    private static async Task RunAsync(CtlSession session)
    {
        if (session.Arguments is not [var text])
        {
            throw new CliFailure(CliFailure.BadArguments, "lease keep-alive command needs lease ID as argument");
        }

        var id = Identity.Lease(text);
        var keeper = new LeaseKeeper(await session.ClientAsync(), id);
        if (session.Call.IsOn("once"))
        {
            await OnceAsync(session, keeper);
            return;
        }

        await keeper.RunAsync(
            response =>
            {
                session.Print(LeaseReport.KeepAlive(response));
                CtlConsole.Out.Flush();
            },
            CancellationToken.None);
        if (session.Format == OutputFormat.Simple)
        {
            CtlConsole.Out.WriteLine($"lease {id:x16} expired or revoked.");
        }
    }

    private static async Task OnceAsync(CtlSession session, LeaseKeeper keeper)
    {
        try
        {
            session.Print(LeaseReport.KeepAlive(await keeper.OnceAsync(session.Timed)));
        }
        catch (RpcException failure)
        {
            session.ReportTrouble(failure);
            throw new CliFailure(CliFailure.BadConnection, CallFailure.Text(failure));
        }
    }
}
