using EtcdEdge.Api;
using EtcdEdge.Cli.Ctl.Client;
using EtcdEdge.Cli.Ctl.Common;
using EtcdEdge.Cli.Ctl.Session;
using EtcdEdge.Cli.Ctl.Writers;

namespace EtcdEdge.Cli.Ctl.Commands;

/// <summary>Prints what a watch delivers, and runs a command for each event.</summary>
internal sealed class WatchPrinter(CtlSession session, string[] command)
{
    private static readonly Lock s_printing = new();

    /// <summary>Returns when the server has cancelled the watch.</summary>
    /// <exception cref="CliFailure">When the command fails; exit code 1, the line is printed.</exception>
    public async Task PrintAsync(Watcher watcher)
    {
        await foreach (var update in watcher.RunAsync(CancellationToken.None))
        {
            lock (s_printing)
            {
                Print(update);
            }

            foreach (var change in update.Response.Events)
            {
                Execute(update.Response, change);
            }
        }
    }

    private static string TypeName(Event change) => change.Type == Event.Types.EventType.Put ? "PUT" : "DELETE";

    private void Print(WatchUpdate update)
    {
        var response = update.Response;
        if (update.Error is { } error)
        {
            CtlConsole.Error.WriteLine($"watch was canceled ({error})");
        }
        else if (response.Events.Count == 0)
        {
            CtlConsole.Out.WriteLine($"progress notify: {response.Header.Revision}");
        }

        session.Print(new Report
        {
            Message = response,
            Simple = writer => WriteSimple(writer, response),
            Fields = writer => WriteFields(writer, response),
            Json = json => WriteJson(json, response),
        });
        CtlConsole.Out.Flush();
    }

    private void Execute(WatchResponse response, Event change)
    {
        if (command.Length == 0)
        {
            return;
        }

        var problem = ChildProcess.Run(command, new Dictionary<string, string>
        {
            ["ETCD_WATCH_REVISION"] = $"{response.Header.Revision}",
            ["ETCD_WATCH_EVENT_TYPE"] = $"\"{TypeName(change)}\"",
            ["ETCD_WATCH_KEY"] = GoText.Quote(change.Kv.Key.Span),
            ["ETCD_WATCH_VALUE"] = GoText.Quote(change.Kv.Value.Span),
        }).Problem;
        if (problem is not null)
        {
            CtlConsole.Error.WriteLine($"command [{string.Join(' ', command.Select(GoText.Quote))}] error ({problem})");
            throw new CliFailure(CliFailure.Error, "");
        }
    }

    private static void WriteSimple(SimpleWriter writer, WatchResponse response)
    {
        foreach (var change in response.Events)
        {
            writer.Line(TypeName(change));
            if (change.PrevKv is not null)
            {
                writer.KeyValue(change.PrevKv);
            }

            writer.KeyValue(change.Kv);
        }
    }

    private static void WriteFields(FieldsWriter writer, WatchResponse response)
    {
        writer.Header(response.Header);
        foreach (var change in response.Events)
        {
            writer.Line("Type", TypeName(change));
            if (change.PrevKv is not null)
            {
                writer.KeyValue("Prev", change.PrevKv);
            }

            writer.KeyValue("", change.Kv);
        }
    }

    private static void WriteJson(GoJson json, WatchResponse response)
    {
        json.Begin('{').Name("Header").Message(response.Header ?? new ResponseHeader()).Name("Events");
        if (response.Events.Count == 0)
        {
            json.Literal("null");
        }
        else
        {
            json.Begin('[');
            foreach (var change in response.Events)
            {
                json.Message(change);
            }

            json.End(']');
        }

        json.Name("CompactRevision").Number(response.CompactRevision).Name("Canceled").Bool(response.Canceled);
        json.Name("Created").Bool(response.Created).End('}');
    }
}
