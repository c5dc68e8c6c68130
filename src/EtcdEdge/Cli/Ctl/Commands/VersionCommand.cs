using EtcdEdge.Cli.Ctl.Common;
using EtcdEdge.Cli.Ctl.Session;
using EtcdEdge.Configuration;

namespace EtcdEdge.Cli.Ctl.Commands;

/// <summary>etcdctl version and options.</summary>
internal static class VersionCommand
{
    public static CliCommand Version { get; } = new()
    {
        Name = "version",
        Group = CommandGroups.Utility,
        Short = "Prints the version of etcdctl",
        Run = _ =>
        {
            CtlConsole.Out.WriteLine($"etcdctl version: {VersionText.Etcd}");
            CtlConsole.Out.WriteLine($"API version: {VersionText.Cluster[..VersionText.Cluster.LastIndexOf('.')]}");
            return 0;
        },
    };

    public static CliCommand Options { get; } = new()
    {
        Name = "options",
        Group = CommandGroups.Utility,
        Short = "Show the global command-line flags",
        Run = _ =>
        {
            CtlConsole.Out.Write("The following options can be passed to any command:\n\n" + CliUsage.Flags(GlobalFlags.All));
            return 0;
        },
    };

    /// <summary>For the list of commands; <see cref="CliTool"/> answers it.</summary>
    public static CliCommand Help { get; } = new()
    {
        Name = "help",
        Group = CommandGroups.Utility,
        Arguments = "[command]",
        Short = "Help about any command",
    };
}
