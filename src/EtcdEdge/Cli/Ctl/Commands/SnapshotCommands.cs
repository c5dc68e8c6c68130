using EtcdEdge.Cli.Ctl.Client;
using EtcdEdge.Cli.Ctl.Common;
using EtcdEdge.Cli.Ctl.Session;
using EtcdEdge.Cli.Utl;

namespace EtcdEdge.Cli.Ctl.Commands;

/// <summary>etcdctl snapshot.</summary>
internal static class SnapshotCommands
{
    private const string Examples = """
          # Save a snapshot to a file
          etcdctl snapshot save /backup/etcd-snapshot.db

          # Save a snapshot of another member, with certificates
          etcdctl --endpoints=https://127.0.0.1:2379 --cacert=/etc/etcd/ca.crt --cert=/etc/etcd/etcd.crt --key=/etc/etcd/etcd.key \
            snapshot save /backup/etcd-snapshot.db

          # Save a snapshot as a user
          etcdctl --user=root --password=password123 snapshot save /backup/etcd-snapshot.db
        """;

    public static CliCommand Command { get; } = new()
    {
        Name = "snapshot",
        Group = CommandGroups.Maintenance,
        Short = "Manages etcd node snapshots",
        Example = Examples,
        Children =
        [
            new CliCommand
            {
                Name = "save",
                Arguments = "<filename>",
                Short = "Stores an etcd node backend snapshot to a given file",
                Example = Examples,
                Run = call => CtlSession.Run(call, SaveAsync),
            },
            Forwarded(SnapshotStatusCommand.Command),
            Forwarded(SnapshotRestoreCommand.Command),
        ],
    };

    // etcdctl 3.5 had both, with a warning; etcdutl has them since.
    private static CliCommand Forwarded(CliCommand utl) => new()
    {
        Name = utl.Name,
        Arguments = utl.Arguments,
        Short = $"[deprecated] {utl.Short}",
        IsHidden = true,
        Flags = utl.Flags,
        Required = utl.Required,
        Run = call =>
        {
            CtlConsole.Error.WriteLine($"Deprecated: Use `etcdutl snapshot {utl.Name}` instead.\n");
            return utl.Run!(call);
        },
    };

    private static async Task SaveAsync(CtlSession session)
    {
        if (session.Arguments is not [var path])
        {
            throw new CliFailure(CliFailure.BadArguments, "snapshot save expects one argument <filename>");
        }

        var settings = session.Settings();
        if (settings.Endpoints.Length != 1)
        {
            throw new CliFailure(
                CliFailure.Interrupted, $"snapshot must be requested to one selected node, not multiple [{string.Join(' ', settings.Endpoints)}]");
        }

        using var client = await session.ConnectAsync(settings);
        var options = session.Call.IsGiven("command-timeout") ? session.Fresh() : default;
        var version = await new SnapshotDownload(client, path).SaveAsync(options);
        CtlConsole.Out.WriteLine($"Snapshot saved at {path}");
        if (version.Length > 0)
        {
            CtlConsole.Out.WriteLine($"Server version {version}");
        }
    }
}
