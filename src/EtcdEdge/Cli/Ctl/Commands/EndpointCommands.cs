using System.Diagnostics;
using EtcdEdge.Api;
using EtcdEdge.Cli.Ctl.Client;
using EtcdEdge.Cli.Ctl.Common;
using EtcdEdge.Cli.Ctl.Session;
using EtcdEdge.Cli.Ctl.Writers;
using Grpc.Core;

namespace EtcdEdge.Cli.Ctl.Commands;

/// <summary>etcdctl endpoint.</summary>
internal static class EndpointCommands
{
    public static CliCommand Command { get; } = new()
    {
        Name = "endpoint",
        Group = CommandGroups.Maintenance,
        Short = "Endpoint related commands. Use `etcdctl endpoint --help` to see subcommands",
        Long = "Endpoint related commands",
        GlobalFlags = [ClusterEndpoints.Flag],
        Children =
        [
            new CliCommand
            {
                Name = "health",
                Short = "Checks the healthiness of endpoints specified in `--endpoints` flag",
                Run = call => CtlSession.Run(call, HealthAsync),
            },
            new CliCommand
            {
                Name = "status",
                Short = "Prints out the status of endpoints specified in `--endpoints` flag",
                Long = """
                    When --write-out is set to simple, this command prints out comma-separated status lists for each endpoint.
                    The items in the lists are endpoint, ID, version, storage version, db size, in use, percentage not in use, quota, is leader,
                    is learner, raft term, raft index, raft applied index, errors, downgrade target version, downgrade enabled.
                    """,
                Run = call => CtlSession.RunForCode(call, StatusAsync),
            },
            new CliCommand
            {
                Name = "hashkv",
                Short = "Prints the KV history hash for each endpoint in --endpoints",
                Flags = [new CliFlag("rev", "int", "maximum revision to hash (default: latest revision)", "0")],
                Run = call => CtlSession.Run(call, HashKvAsync),
            },
        ],
    };

    private static async Task HealthAsync(CtlSession session)
    {
        var all = new List<EndpointHealth>();
        var pending = (await ClusterEndpoints.EachAsync(session)).Select(settings => HealthOfAsync(session, settings)).ToList();
        while (pending.Count > 0)
        {
            var done = await Task.WhenAny(pending);
            pending.Remove(done);
            all.Add(await done);
        }

        session.Print(EndpointReport.Health(all));
        if (all.Exists(one => one.Error.Length > 0))
        {
            throw new CliFailure(CliFailure.Error, "unhealthy cluster");
        }
    }

    private static async Task<EndpointHealth> HealthOfAsync(CtlSession session, ClientSettings settings)
    {
        var endpoint = settings.Endpoints[0];
        var options = session.Fresh();
        using var client = new EtcdClient(settings);
        try
        {
            await client.AuthenticateAsync(options);
        }
        catch (RpcException refusal)
        {
            return new EndpointHealth(endpoint, false, "", CallFailure.Text(refusal));
        }

        var start = Stopwatch.GetTimestamp();
        var error = await ReadAsync(client, options);
        var took = GoDuration.Format(Stopwatch.GetElapsedTime(start));
        error ??= await AlarmsAsync(client, options);
        return new EndpointHealth(endpoint, error is null, took, error ?? "");
    }

    // A refused permission is an answer: the read went through the consensus.
    private static async Task<string?> ReadAsync(EtcdClient client, CallOptions options)
    {
        try
        {
            await client.Kv.RangeAsync(new RangeRequest { Key = KeyRange.Bytes("health") }, options);
            return null;
        }
        catch (RpcException failure)
        {
            return failure.Status.Detail == CallFailure.PermissionDenied ? null : CallFailure.Text(failure);
        }
    }

    private static async Task<string?> AlarmsAsync(EtcdClient client, CallOptions options)
    {
        try
        {
            var response = await client.Maintenance.AlarmAsync(AlarmCommands.ListRequest, options);
            var names = response.Alarms.Select(alarm => $"{AlarmCommands.NameOf(alarm.Alarm)} ");
            return response.Alarms.Count == 0 ? null : "Active Alarm(s): " + string.Concat(names);
        }
        catch (RpcException)
        {
            return "Unable to fetch the alarm list";
        }
    }

    private static async Task<int> StatusAsync(CtlSession session)
    {
        var (all, error) = await EachAsync(
            session, "status", (client, options) => client.Maintenance.StatusAsync(new StatusRequest(), options).ResponseAsync);
        session.Print(EndpointReport.Status(all));
        return error is null ? 0 : CliFailure.Error;
    }

    private static async Task HashKvAsync(CtlSession session)
    {
        var request = new HashKVRequest { Revision = session.Call.Number("rev") };
        var (all, error) = await EachAsync(session, "hash", (client, options) => client.Maintenance.HashKVAsync(request, options).ResponseAsync);
        session.Print(EndpointReport.HashKv(all));
        if (error is not null)
        {
            throw new CliFailure(CliFailure.Error, error);
        }
    }

    private static async Task<(List<(string Endpoint, T Answer)> All, string? Error)> EachAsync<T>(
        CtlSession session, string what, Func<EtcdClient, CallOptions, Task<T>> ask)
    {
        var all = new List<(string, T)>();
        string? error = null;
        foreach (var settings in await ClusterEndpoints.EachAsync(session))
        {
            using var client = await session.ConnectAsync(settings);
            try
            {
                all.Add((settings.Endpoints[0], await ask(client, session.Fresh())));
            }
            catch (RpcException failure)
            {
                error = CallFailure.Text(failure);
                CallFailure.ReportTrouble(client, failure);
                CtlConsole.Error.WriteLine($"Failed to get the {what} of endpoint {settings.Endpoints[0]} ({error})");
            }
        }

        return (all, error);
    }
}
