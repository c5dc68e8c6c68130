using EtcdEdge.Cli.Ctl.Client;
using EtcdEdge.Cli.Ctl.Common;
using EtcdEdge.Cli.Ctl.Mirror;
using EtcdEdge.Cli.Ctl.Session;

namespace EtcdEdge.Cli.Ctl.Commands;

/// <summary>etcdctl make-mirror.</summary>
internal static class MakeMirrorCommand
{
    public static CliCommand Command { get; } = new()
    {
        Name = "make-mirror",
        Group = CommandGroups.Utility,
        Arguments = "[options] <destination>",
        Short = "Makes a mirror at the destination etcd cluster",
        Flags =
        [
            new CliFlag("prefix", "string", "Key-value prefix to mirror"),
            new CliFlag("rev", "int", "Specify the kv revision to start to mirror", "0"),
            new CliFlag("max-txn-ops", "uint", "Maximum number of operations permitted in a transaction during syncing updates.", "128"),
            new CliFlag("dest-prefix", "string", "destination prefix to mirror a prefix to a different prefix in the destination cluster"),
            new CliFlag("no-dest-prefix", "", "mirror key-values to the root of the destination cluster"),
            new CliFlag("dest-cert", "string", "Identify secure client using this TLS certificate file for the destination cluster"),
            new CliFlag("dest-key", "string", "Identify secure client using this TLS key file"),
            new CliFlag("dest-cacert", "string", "Verify certificates of TLS enabled secure servers using this CA bundle"),
            new CliFlag("dest-insecure-transport", "", "Disable transport security for client connections", "true"),
            new CliFlag("dest-user", "string", "Destination username[:password] for authentication (prompt if password is not supplied)"),
            new CliFlag(
                "dest-password", "string",
                "Destination password for authentication (if this option is used, --user option shouldn't include password)"),
        ],
        Run = call => CtlSession.Run(call, RunAsync),
    };

    private static async Task RunAsync(CtlSession session)
    {
        var call = session.Call;
        if (session.Arguments is not [var destination])
        {
            throw new CliFailure(CliFailure.BadArguments, "make-mirror takes one destination argument");
        }

        if (call.IsOn("no-dest-prefix") && call.Text("dest-prefix").Length > 0)
        {
            throw new CliFailure(
                CliFailure.BadArguments, "`--dest-prefix` and `--no-dest-prefix` cannot be set at the same time, choose one");
        }

        if (call.Unsigned("max-txn-ops") is 0 or > int.MaxValue)
        {
            throw new CliFailure(CliFailure.BadArguments, $"--max-txn-ops must be 1 or more, not {call.Text("max-txn-ops")}");
        }

        using var target = await session.ConnectAsync(DestinationSettings(call, destination));
        var source = await session.ClientAsync();
        await new MirrorRun(source, target, MirrorOptions.Of(call)).RunAsync();
    }

    private static ClientSettings DestinationSettings(CliCall call, string destination)
    {
        var (user, password) = GlobalFlags.User(call, "dest-user", "dest-password", "Destination Password: ");
        return GlobalFlags.Timing(call) with
        {
            Endpoints = [destination],
            Tls = GlobalFlags.Tls(
                call.Text("dest-cert"), call.Text("dest-key"), call.Text("dest-cacert"), "", call, call.IsOn("dest-insecure-transport")),
            User = user,
            Password = password,
        };
    }
}
