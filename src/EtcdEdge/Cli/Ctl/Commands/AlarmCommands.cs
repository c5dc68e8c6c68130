using EtcdEdge.Api;
using EtcdEdge.Cli.Ctl.Common;
using EtcdEdge.Cli.Ctl.Session;
using EtcdEdge.Cli.Ctl.Writers;

namespace EtcdEdge.Cli.Ctl.Commands;

/// <summary>etcdctl alarm.</summary>
internal static class AlarmCommands
{
    public static CliCommand Command { get; } = new()
    {
        Name = "alarm",
        Group = CommandGroups.Maintenance,
        Short = "Alarm related commands. Use `etcdctl alarm --help` to see subcommands",
        Long = "Alarm related commands",
        Children =
        [
            new CliCommand { Name = "disarm", Short = "Disarms all alarms", Run = call => CtlSession.Run(call, DisarmAsync) },
            new CliCommand { Name = "list", Short = "Lists all alarms", Run = call => CtlSession.Run(call, ListAsync) },
        ],
    };

    /// <summary>Of the alarms of all members.</summary>
    public static AlarmRequest ListRequest { get; } = new() { Action = AlarmRequest.Types.AlarmAction.Get, Alarm = AlarmType.None };

    public static string NameOf(AlarmType alarm) => alarm switch
    {
        AlarmType.None => "NONE",
        AlarmType.Nospace => "NOSPACE",
        AlarmType.Corrupt => "CORRUPT",
        _ => "UNKNOWN",
    };

    private static async Task ListAsync(CtlSession session)
    {
        if (session.Arguments.Count > 0)
        {
            throw new CliFailure(CliFailure.BadArguments, "alarm list command accepts no arguments");
        }

        var client = await session.ClientAsync();
        Print(session, await client.Maintenance.AlarmAsync(ListRequest, session.Timed));
    }

    // As clientv3: reads the alarms, and deactivates each.
    private static async Task DisarmAsync(CtlSession session)
    {
        if (session.Arguments.Count > 0)
        {
            throw new CliFailure(CliFailure.BadArguments, "alarm disarm command accepts no arguments");
        }

        var client = await session.ClientAsync();
        var active = await client.Maintenance.AlarmAsync(ListRequest, session.Timed);
        var disarmed = new AlarmResponse();
        foreach (var alarm in active.Alarms)
        {
            var request = new AlarmRequest { Action = AlarmRequest.Types.AlarmAction.Deactivate, MemberID = alarm.MemberID, Alarm = alarm.Alarm };
            disarmed.Alarms.AddRange((await client.Maintenance.AlarmAsync(request, session.Timed)).Alarms);
        }

        Print(session, disarmed);
    }

    private static void Print(CtlSession session, AlarmResponse response) => session.Print(new Report
    {
        Message = response,
        Simple = writer =>
        {
            foreach (var alarm in response.Alarms)
            {
                writer.Line($"memberID:{alarm.MemberID} alarm:{NameOf(alarm.Alarm)} ");
            }
        },
        Fields = writer =>
        {
            writer.Header(response.Header);
            foreach (var alarm in response.Alarms)
            {
                writer.Id("MemberID", alarm.MemberID);
                writer.Line("AlarmType", NameOf(alarm.Alarm));
                writer.Blank();
            }
        },
    });
}
