using EtcdEdge.Api;
using EtcdEdge.Cli.Ctl.Client;
using EtcdEdge.Cli.Ctl.Common;
using EtcdEdge.Cli.Ctl.Session;
using EtcdEdge.Cli.Ctl.Writers;

namespace EtcdEdge.Cli.Ctl.Commands;

/// <summary>etcdctl get.</summary>
internal static class GetCommand
{
    private const string Usage = "get command needs one argument as key and an optional argument as range_end";

    public static CliCommand Command { get; } = new()
    {
        Name = "get",
        Group = CommandGroups.KeyValue,
        Arguments = "[options] <key> [range_end]",
        Short = "Gets the key or a range of keys",
        Flags =
        [
            new CliFlag("consistency", "string", "Linearizable(l) or Serializable(s)", "l") { Values = ["l", "s"] },
            new CliFlag("order", "string", "Order of results; ASCEND or DESCEND (ASCEND by default)") { Values = ["ASCEND", "DESCEND"] },
            new CliFlag("sort-by", "string", "Sort target; CREATE, KEY, MODIFY, VALUE, or VERSION")
            {
                Values = ["CREATE", "KEY", "MODIFY", "VALUE", "VERSION"],
            },
            new CliFlag("limit", "int", "Maximum number of results", "0"),
            new CliFlag("prefix", "", "Get keys with matching prefix"),
            new CliFlag("from-key", "", "Get keys that are greater than or equal to the given key using byte compare"),
            new CliFlag("rev", "int", "Specify the kv revision", "0"),
            new CliFlag("keys-only", "", "Get only the keys"),
            new CliFlag("count-only", "", "Get only the count"),
            new CliFlag("print-value-only", "", "Only write values when using the \"simple\" output format"),
            new CliFlag("min-create-rev", "int", "Minimum create revision", "0"),
            new CliFlag("max-create-rev", "int", "Maximum create revision", "0"),
            new CliFlag("min-mod-rev", "int", "Minimum modification revision", "0"),
            new CliFlag("max-mod-rev", "int", "Maximum modification revision", "0"),
            new CliFlag("stream", "", "Use the RangeStream RPC"),
        ],
        Run = call => CtlSession.Run(call, RunAsync),
    };

    /// <summary>The request of a command line.</summary>
    /// <exception cref="CliFailure">When the line is wrong.</exception>
    public static RangeRequest Request(CliCall call)
    {
        var (key, end) = KeyRange.Of(call, Usage);
        if (call.IsOn("keys-only") && call.IsOn("count-only"))
        {
            throw new CliFailure(CliFailure.BadArguments, "`--keys-only` and `--count-only` cannot be set at the same time, choose one");
        }

        CheckOrder("getMinCreateRev", "min-create-rev", "getMaxCreateRev", "max-create-rev", call);
        CheckOrder("getMinModRev", "min-mod-rev", "getMaxModRev", "max-mod-rev", call);
        var (target, order) = Sort(call);
        return new RangeRequest
        {
            Key = key,
            RangeEnd = end,
            Serializable = Consistency.IsSerializable(call),
            Limit = call.Number("limit"),
            Revision = Math.Max(0, call.Number("rev")),
            SortTarget = target,
            SortOrder = order,
            KeysOnly = call.IsOn("keys-only"),
            CountOnly = call.IsOn("count-only"),
            MinCreateRevision = Math.Max(0, call.Number("min-create-rev")),
            MaxCreateRevision = Math.Max(0, call.Number("max-create-rev")),
            MinModRevision = Math.Max(0, call.Number("min-mod-rev")),
            MaxModRevision = Math.Max(0, call.Number("max-mod-rev")),
        };
    }

    public static void WriteFields(FieldsWriter writer, RangeResponse response)
    {
        writer.Header(response.Header);
        foreach (var pair in response.Kvs)
        {
            writer.KeyValue("", pair);
        }

        writer.Bool("More", response.More);
        writer.Number("Count", response.Count);
    }

    public static Report Report(RangeResponse response, bool hasValuesOnly = false) => new()
    {
        Message = response,
        Simple = writer => (hasValuesOnly ? writer.WithValuesOnly() : writer).KeyValues(response.Kvs),
        Fields = writer => WriteFields(writer, response),
    };

    private static async Task RunAsync(CtlSession session)
    {
        var call = session.Call;
        var request = Request(call);
        var client = await session.ClientAsync();
        var isPaged = session.Format == OutputFormat.Simple && !call.IsOn("count-only") && RangePages.CanSplit(request);
        var response = call.IsOn("stream") ? await RangePages.StreamAsync(client, request, session.Timed)
            : isPaged ? await RangePages.FirstAsync(client, request, session.Timed)
            : await client.Kv.RangeAsync(request, session.Timed);
        if (call.IsOn("count-only") && session.Format != OutputFormat.Fields)
        {
            throw new CliFailure(CliFailure.BadArguments, "--count-only is only for `--write-out=fields`");
        }

        if (call.IsOn("print-value-only") && session.Format != OutputFormat.Simple)
        {
            throw new CliFailure(CliFailure.BadArguments, "print-value-only is only for `--write-out=simple`");
        }

        session.Print(Report(response, call.IsOn("print-value-only")));
        while (isPaged && response.More && response.Kvs.Count > 0)
        {
            response = await RangePages.NextAsync(client, request, response, session.Timed);
            session.Print(Report(response, call.IsOn("print-value-only")));
        }
    }

    private static (RangeRequest.Types.SortTarget Target, RangeRequest.Types.SortOrder Order) Sort(CliCall call)
    {
        var order = call.Text("order").ToUpperInvariant() switch
        {
            "" => RangeRequest.Types.SortOrder.None,
            "ASCEND" => RangeRequest.Types.SortOrder.Ascend,
            "DESCEND" => RangeRequest.Types.SortOrder.Descend,
            _ => throw new CliFailure(CliFailure.BadFeature, $"bad sort order {call.Text("order")}"),
        };
        var target = call.Text("sort-by").ToUpperInvariant() switch
        {
            "" or "KEY" => RangeRequest.Types.SortTarget.Key,
            "CREATE" => RangeRequest.Types.SortTarget.Create,
            "MODIFY" => RangeRequest.Types.SortTarget.Mod,
            "VALUE" => RangeRequest.Types.SortTarget.Value,
            "VERSION" => RangeRequest.Types.SortTarget.Version,
            _ => throw new CliFailure(CliFailure.BadFeature, $"bad sort target {call.Text("sort-by")}"),
        };
        // As clientv3: keys are in ascending order without a sort.
        return target == RangeRequest.Types.SortTarget.Key && order == RangeRequest.Types.SortOrder.Ascend
            ? (target, RangeRequest.Types.SortOrder.None)
            : (target, order);
    }

    private static void CheckOrder(string lowName, string low, string highName, string high, CliCall call)
    {
        var (least, most) = (call.Number(low), call.Number(high));
        if (most > 0 && least > most)
        {
            throw new CliFailure(CliFailure.BadFeature, $"{lowName}(={least}) > {highName}(={most})");
        }
    }
}
