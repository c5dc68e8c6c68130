using EtcdEdge.Api;
using EtcdEdge.Cli.Ctl.Common;
using EtcdEdge.Cli.Ctl.Session;
using EtcdEdge.Cli.Ctl.Writers;

namespace EtcdEdge.Cli.Ctl.Commands;

/// <summary>etcdctl downgrade.</summary>
internal static class DowngradeCommands
{
    public static CliCommand Command { get; } = new()
    {
        Name = "downgrade",
        Group = CommandGroups.Maintenance,
        Short = "Downgrade related commands. Use `etcdctl downgrade --help` to see subcommands",
        Long = "Downgrade related commands",
        Children =
        [
            Child("validate", "<TARGET_VERSION>", "Validate downgrade capability before starting downgrade",
                DowngradeRequest.Types.DowngradeAction.Validate),
            Child("enable", "<TARGET_VERSION>", "Start a downgrade action to cluster", DowngradeRequest.Types.DowngradeAction.Enable),
            Child("cancel", "", "Cancel the ongoing downgrade action to cluster", DowngradeRequest.Types.DowngradeAction.Cancel),
        ],
    };

    private static CliCommand Child(string name, string arguments, string text, DowngradeRequest.Types.DowngradeAction action) => new()
    {
        Name = name,
        Arguments = arguments,
        Short = text,
        Run = call => CtlSession.Run(call, session => RunAsync(session, name, action)),
    };

    private static async Task RunAsync(CtlSession session, string name, DowngradeRequest.Types.DowngradeAction action)
    {
        var version = action == DowngradeRequest.Types.DowngradeAction.Cancel ? "" : session.Arguments switch
        {
            [] => throw new CliFailure(CliFailure.BadArguments, "TARGET_VERSION not provided"),
            [""] => throw new CliFailure(CliFailure.BadArguments, "target version not provided"),
            [var only] => only,
            _ => throw new CliFailure(CliFailure.BadArguments, "too many arguments"),
        };
        var client = await session.ClientAsync();
        var response = await client.Maintenance.DowngradeAsync(new DowngradeRequest { Action = action, Version = version }, session.Timed);
        session.Print(new Report
        {
            Message = response,
            Simple = writer => writer.Line($"Downgrade {name} success, cluster version {response.Version}"),
        });
    }
}
