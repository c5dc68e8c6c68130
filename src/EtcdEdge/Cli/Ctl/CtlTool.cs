using EtcdEdge.Cli.Completion;
using EtcdEdge.Cli.Ctl.Commands;
using EtcdEdge.Cli.Ctl.Common;
using EtcdEdge.Cli.Ctl.Session;
using EtcdEdge.Cli.Output;

namespace EtcdEdge.Cli.Ctl;

/// <summary>etcdctl: the client of a cluster.</summary>
internal static class CtlTool
{
    /// <summary>The tree of commands.</summary>
    public static CliCommand Root { get; } = new()
    {
        Name = "etcdctl",
        Short = "A simple command line client for etcd3.",
        GlobalFlags = GlobalFlags.All,
        Groups = [CommandGroups.KeyValue, CommandGroups.Maintenance, CommandGroups.Concurrency, CommandGroups.Authentication, CommandGroups.Utility],
        Children =
        [
            GetCommand.Command,
            PutCommand.Command,
            DelCommand.Command,
            TxnCommand.Command,
            CompactionCommand.Command,
            WatchCommand.Command,
            LeaseCommands.Command,
            AlarmCommands.Command,
            DefragCommand.Command,
            EndpointCommands.Command,
            MoveLeaderCommand.Command,
            MemberCommands.Command,
            SnapshotCommands.Command,
            DowngradeCommands.Command,
            LockCommand.Command,
            ElectCommand.Command,
            AuthCommands.Command,
            UserCommands.Command,
            RoleCommands.Command,
            MakeMirrorCommand.Command,
            CheckCommands.Command,
            CompletionCommand.Of("etcdctl", Tree, () => CtlConsole.Out, CommandGroups.Utility),
            VersionCommand.Version,
            VersionCommand.Options,
            VersionCommand.Help,
        ],
    };

    public static int Run(string[] arguments)
    {
        var tool = new CliTool(Root, CtlConsole.Out, CtlConsole.Error)
        {
            EnvironmentPrefix = "ETCDCTL",
            Usage = new CliUsage
            {
                HidesGlobalFlags = true,
                HasDescription = true,
                Footer = "Use \"etcdctl options\" for a list of global command-line options (applies to all commands).",
            },
        };
        try
        {
            var code = tool.Run(RawText.Arguments(arguments));
            CtlConsole.Out.Flush();
            return code;
        }
        catch (BrokenPipeException)
        {
            return BrokenPipeException.ExitCode;
        }
        catch (IOException failure)
        {
            CtlConsole.Error.WriteLine("Error: " + failure.Message);
            return CliFailure.InputOutput;
        }
    }

    // The tree is complete when the command runs.
    private static CliCommand Tree() => Root;
}
