using EtcdEdge.Configuration;

namespace EtcdEdge.Cli.Ctl.Commands;

/// <summary>etcdctl version and options.</summary>
internal static class VersionCommand
{
    public static CliCommand Version { get; } = new()
    {
        Name = "version",
        Group = CtlTool.UtilityGroup,
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
        Group = CtlTool.UtilityGroup,
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
        Group = CtlTool.UtilityGroup,
        Arguments = "[command]",
        Short = "Help about any command",
    };
}
