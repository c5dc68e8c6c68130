using EtcdEdge.Api;
using EtcdEdge.Cli.Ctl.Client;
using EtcdEdge.Cli.Ctl.Common;
using EtcdEdge.Cli.Ctl.Session;
using EtcdEdge.Cli.Ctl.Writers;
using Grpc.Core;

namespace EtcdEdge.Cli.Ctl.Commands;

/// <summary>etcdctl auth.</summary>
internal static class AuthCommands
{
    private const string RootRoleMissing = "etcdserver: root user does not have root role";
    private const string Root = "root";

    public static CliCommand Command { get; } = new()
    {
        Name = "auth",
        Group = CommandGroups.Authentication,
        Short = "Enable or disable authentication. Use `etcdctl auth --help` to see subcommands",
        Long = "Enable or disable authentication",
        Children =
        [
            new CliCommand { Name = "enable", Short = "Enables authentication", Run = call => CtlSession.Run(call, EnableAsync) },
            new CliCommand { Name = "disable", Short = "Disables authentication", Run = call => CtlSession.Run(call, DisableAsync) },
            new CliCommand { Name = "status", Short = "Returns authentication status", Run = call => CtlSession.Run(call, StatusAsync) },
        ],
    };

    private static async Task EnableAsync(CtlSession session)
    {
        RefuseArguments(session, "enable");
        var client = await session.ClientAsync();
        try
        {
            await client.Auth.AuthEnableAsync(new AuthEnableRequest(), session.Timed);
        }
        catch (RpcException refusal) when (refusal.Status.Detail == RootRoleMissing)
        {
            await GrantRootAsync(client, session.Timed);
            await client.Auth.AuthEnableAsync(new AuthEnableRequest(), session.Timed);
        }

        CtlConsole.Out.WriteLine("Authentication Enabled");
    }

    private static async Task GrantRootAsync(EtcdClient client, CallOptions options)
    {
        await client.Auth.RoleAddAsync(new AuthRoleAddRequest { Name = Root }, options);
        await client.Auth.UserGrantRoleAsync(new AuthUserGrantRoleRequest { User = Root, Role = Root }, options);
    }

    private static async Task DisableAsync(CtlSession session)
    {
        RefuseArguments(session, "disable");
        var client = await session.ClientAsync();
        await client.Auth.AuthDisableAsync(new AuthDisableRequest(), session.Timed);
        CtlConsole.Out.WriteLine("Authentication Disabled");
    }

    private static async Task StatusAsync(CtlSession session)
    {
        RefuseArguments(session, "status");
        var client = await session.ClientAsync();
        var response = await client.Auth.AuthStatusAsync(new AuthStatusRequest(), session.Timed);
        session.Print(new Report
        {
            Message = response,
            Simple = writer => writer.Line($"Authentication Status: {GoText.Bool(response.Enabled)}\nAuthRevision: {response.AuthRevision}"),
        });
    }

    private static void RefuseArguments(CtlSession session, string name)
    {
        if (session.Arguments.Count > 0)
        {
            throw new CliFailure(CliFailure.BadArguments, $"auth {name} command does not accept any arguments");
        }
    }
}
