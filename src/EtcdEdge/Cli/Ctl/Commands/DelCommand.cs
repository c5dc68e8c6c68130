using EtcdEdge.Api;
using EtcdEdge.Cli.Ctl.Common;
using EtcdEdge.Cli.Ctl.Session;
using EtcdEdge.Cli.Ctl.Writers;

namespace EtcdEdge.Cli.Ctl.Commands;

/// <summary>etcdctl del.</summary>
internal static class DelCommand
{
    private const string Usage = "del command needs one argument as key and an optional argument as range_end";
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(2);

    public static CliCommand Command { get; } = new()
    {
        Name = "del",
        Group = CommandGroups.KeyValue,
        Arguments = "[options] <key> [range_end]",
        Short = "Removes the specified key or range of keys [key, range_end)",
        Flags =
        [
            new CliFlag("prefix", "", "delete keys with matching prefix"),
            new CliFlag("prev-kv", "", "return deleted key-value pairs"),
            new CliFlag("from-key", "", "delete keys that are greater than or equal to the given key using byte compare"),
            new CliFlag("range", "", "delete range of keys"),
        ],
        Run = call => CtlSession.Run(call, RunAsync),
    };

    /// <summary>The request of a command line. A range without --range waits two seconds for an interrupt.</summary>
    /// <exception cref="CliFailure">When the line is wrong.</exception>
    public static DeleteRangeRequest Request(CliCall call)
    {
        if (call.Arguments.Count > 2)
        {
            throw new CliFailure(CliFailure.BadArguments, Usage);
        }

        var (key, end) = KeyRange.Of(call, Usage);
        if (call.Arguments.Count == 2 && !call.IsOn("range"))
        {
            CtlConsole.Error.WriteLine(
                $"Warning: Keys between {GoText.Quote(key.Span)} and {GoText.Quote(end.Span)} will be deleted. "
                + "Please interrupt the command within next 2 seconds to cancel. You can provide `--range` flag to avoid the delay.");
            Thread.Sleep(s_pause);
        }

        return new DeleteRangeRequest { Key = key, RangeEnd = end, PrevKv = call.IsOn("prev-kv") };
    }

    public static void WriteSimple(SimpleWriter writer, DeleteRangeResponse response)
    {
        writer.Line($"{response.Deleted}");
        writer.KeyValues(response.PrevKvs);
    }

    public static void WriteFields(FieldsWriter writer, DeleteRangeResponse response)
    {
        writer.Header(response.Header);
        writer.Number("Deleted", response.Deleted);
        foreach (var pair in response.PrevKvs)
        {
            writer.KeyValue("Prev", pair);
        }
    }

    private static async Task RunAsync(CtlSession session)
    {
        var request = Request(session.Call);
        var client = await session.ClientAsync();
        var response = await client.Kv.DeleteRangeAsync(request, session.Timed);
        session.Print(new Report
        {
            Message = response,
            Simple = writer => WriteSimple(writer, response),
            Fields = writer => WriteFields(writer, response),
        });
    }
}
