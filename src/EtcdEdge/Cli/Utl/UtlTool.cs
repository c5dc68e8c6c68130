namespace EtcdEdge.Cli.Utl;

/// <summary>etcdutl: the commands for files of a stopped member or a snapshot.</summary>
internal static class UtlTool
{
    private static readonly CliCommand s_root = new()
    {
        Name = "etcdutl",
        Short = "An administrative command line tool for etcd3.",
        GlobalFlags =
        [
            new CliFlag("write-out", "string", "set the output format (fields, json, protobuf, simple, table)", "simple", 'w'),
        ],
        Children =
        [
            DefragCommand.Command,
            HashKvCommand.Command,
            MigrateCommand.Command,
            new CliCommand
            {
                Name = "snapshot",
                Short = "Manages etcd node snapshots",
                Children = [SnapshotRestoreCommand.Command, SnapshotStatusCommand.Command, RefusedCommands.SnapshotSave],
            },
            VersionCommand.Command,
            .. RefusedCommands.All,
        ],
    };

    public static int Run(string[] arguments) => new CliTool(s_root, Console.Out, Console.Error) { RepeatsErrors = true }.Run(arguments);
}
