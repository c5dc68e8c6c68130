using EtcdEdge.Api;
using EtcdEdge.Cli.Ctl.Client;
using EtcdEdge.Cli.Ctl.Common;
using EtcdEdge.Cli.Ctl.Session;
using EtcdEdge.Cli.Ctl.Writers;
using Grpc.Core;

namespace EtcdEdge.Cli.Ctl.Commands;

/// <summary>etcdctl lease.</summary>
internal static class LeaseCommands
{
    public static CliCommand Command { get; } = new()
    {
        Name = "lease",
        Group = CommandGroups.KeyValue,
        Short = "Lease related commands. Use `etcdctl lease --help` to see subcommands",
        Long = "Lease related commands",
        Children =
        [
            new CliCommand { Name = "grant", Arguments = "<ttl>", Short = "Creates leases", Run = call => CtlSession.Run(call, GrantAsync) },
            new CliCommand { Name = "revoke", Arguments = "<leaseID>", Short = "Revokes leases", Run = call => CtlSession.Run(call, RevokeAsync) },
            new CliCommand
            {
                Name = "timetolive",
                Arguments = "<leaseID> [options]",
                Short = "Get lease information",
                Flags = [new CliFlag("keys", "", "Get keys attached to this lease")],
                Run = call => CtlSession.Run(call, TimeToLiveAsync),
            },
            new CliCommand { Name = "list", Short = "List all active leases", Run = call => CtlSession.Run(call, ListAsync) },
            KeepAliveCommand.Command,
        ],
    };

    private static async Task GrantAsync(CtlSession session)
    {
        if (session.Arguments is not [var text])
        {
            throw new CliFailure(CliFailure.BadArguments, "lease grant command needs TTL argument");
        }

        var ttl = Identity.Parse(() => GoText.ParseInt(text, 10), CliFailure.BadArguments, problem => $"bad TTL ({problem})");
        var client = await session.ClientAsync();
        var response = await OrFailAsync(client.Lease.LeaseGrantAsync(new LeaseGrantRequest { TTL = ttl }, session.Timed), CliFailure.Error,
            "failed to grant lease");
        session.Print(new Report
        {
            GoType = "*clientv3.LeaseGrantResponse",
            Simple = writer => writer.Line($"lease {response.ID:x16} granted with TTL({response.TTL}s)"),
            Fields = writer => LeaseReport.WriteFields(writer, response.Header, response.ID, response.TTL),
            Json = json => LeaseReport.Begin(json, response.Header, response.ID, response.TTL).Name("Error").Text(response.Error).End('}'),
        });
    }

    private static async Task RevokeAsync(CtlSession session)
    {
        if (session.Arguments is not [var text])
        {
            throw new CliFailure(CliFailure.BadArguments, "lease revoke command needs 1 argument");
        }

        var id = Identity.Lease(text);
        var client = await session.ClientAsync();
        var response = await OrFailAsync(client.Lease.LeaseRevokeAsync(new LeaseRevokeRequest { ID = id }, session.Timed), CliFailure.Error,
            "failed to revoke lease");
        session.Print(new Report
        {
            Message = response,
            Simple = writer => writer.Line($"lease {id:x16} revoked"),
            Fields = writer => writer.Header(response.Header),
        });
    }

    private static async Task TimeToLiveAsync(CtlSession session)
    {
        if (session.Arguments is not [var text])
        {
            throw new CliFailure(CliFailure.BadArguments, "lease timetolive command needs lease ID as argument");
        }

        var request = new LeaseTimeToLiveRequest { ID = Identity.Lease(text), Keys = session.Call.IsOn("keys") };
        var client = await session.ClientAsync();
        var response = await OrFailAsync(client.Lease.LeaseTimeToLiveAsync(request, session.Timed), CliFailure.BadConnection, "");
        session.Print(LeaseReport.TimeToLive(response, request.Keys));
    }

    private static async Task ListAsync(CtlSession session)
    {
        var client = await session.ClientAsync();
        var response = await OrFailAsync(client.Lease.LeaseLeasesAsync(new LeaseLeasesRequest(), session.Timed), CliFailure.BadConnection, "");
        session.Print(LeaseReport.List(response));
    }

    private static async Task<T> OrFailAsync<T>(AsyncUnaryCall<T> call, int exitCode, string words)
    {
        try
        {
            return await call.ResponseAsync;
        }
        catch (RpcException failure)
        {
            throw new CliFailure(exitCode, words.Length == 0 ? CallFailure.Text(failure) : $"{words} ({CallFailure.Text(failure)})");
        }
    }
}
