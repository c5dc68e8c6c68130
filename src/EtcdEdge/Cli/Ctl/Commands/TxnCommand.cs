using EtcdEdge.Api;
using EtcdEdge.Cli.Ctl.Common;
using EtcdEdge.Cli.Ctl.Session;
using EtcdEdge.Cli.Ctl.Writers;

namespace EtcdEdge.Cli.Ctl.Commands;

/// <summary>etcdctl txn.</summary>
internal static class TxnCommand
{
    public static CliCommand Command { get; } = new()
    {
        Name = "txn",
        Group = CommandGroups.KeyValue,
        Arguments = "[options]",
        Short = "Txn processes all the requests in one transaction",
        Long = """
            Txn reads a transaction from standard input and applies it atomically: conditions, requests to apply when all of them are true, and
            requests to apply otherwise. An empty line ends each of the three parts.

            etcdctl txn -i
            compares:
            mod("key1") > "0"

            success requests (get, put, del):
            put key1 "overwrote-key1"

            failure requests (get, put, del):
            put key1 "created-key1"
            put key2 "some extra key"

            A condition compares ver(sion), c(reate), m(od) or val(ue) with =, !=, < or >.
            """,
        Flags = [new CliFlag("interactive", "", "Input transaction in interactive mode", Short: 'i')],
        Run = call => CtlSession.Run(call, RunAsync),
    };

    private static async Task RunAsync(CtlSession session)
    {
        if (session.Arguments.Count > 0)
        {
            throw new CliFailure(CliFailure.BadArguments, "txn command does not accept argument");
        }

        var client = await session.ClientAsync();
        var isInteractive = session.Call.IsOn("interactive");
        var request = new TxnReader(CtlConsole.In, text =>
        {
            if (isInteractive)
            {
                CtlConsole.Out.WriteLine(text);
                CtlConsole.Out.Flush();
            }
        }).Read();
        var response = await client.Kv.TxnAsync(request, session.Fresh());
        session.Print(new Report
        {
            Message = response,
            Simple = writer => WriteSimple(writer, response),
            Fields = writer => WriteFields(writer, response),
            Json = json => WriteJson(json, response),
        });
    }

    private static void WriteSimple(SimpleWriter writer, TxnResponse response)
    {
        writer.Line(response.Succeeded ? "SUCCESS" : "FAILURE");
        foreach (var part in response.Responses)
        {
            writer.Line("");
            switch (part.ResponseCase)
            {
                case ResponseOp.ResponseOneofCase.ResponseDeleteRange:
                    DelCommand.WriteSimple(writer, part.ResponseDeleteRange);
                    break;
                case ResponseOp.ResponseOneofCase.ResponsePut:
                    PutCommand.WriteSimple(writer, part.ResponsePut);
                    break;
                case ResponseOp.ResponseOneofCase.ResponseRange:
                    writer.KeyValues(part.ResponseRange.Kvs);
                    break;
            }
        }
    }

    private static void WriteFields(FieldsWriter writer, TxnResponse response)
    {
        writer.Header(response.Header);
        writer.Bool("Succeeded", response.Succeeded);
        foreach (var part in response.Responses)
        {
            switch (part.ResponseCase)
            {
                case ResponseOp.ResponseOneofCase.ResponseDeleteRange:
                    DelCommand.WriteFields(writer, part.ResponseDeleteRange);
                    break;
                case ResponseOp.ResponseOneofCase.ResponsePut:
                    PutCommand.WriteFields(writer, part.ResponsePut);
                    break;
                case ResponseOp.ResponseOneofCase.ResponseRange:
                    GetCommand.WriteFields(writer, part.ResponseRange);
                    break;
            }
        }
    }

    // Go's client shows each response inside of an object "Response".
    private static void WriteJson(GoJson json, TxnResponse response)
    {
        json.Begin('{').Name("header").Message(response.Header);
        if (response.Succeeded)
        {
            json.Name("succeeded").Bool(true);
        }

        if (response.Responses.Count > 0)
        {
            json.Name("responses").Begin('[');
            foreach (var part in response.Responses)
            {
                json.Begin('{').Name("Response").Message(part).End('}');
            }

            json.End(']');
        }

        json.End('}');
    }
}
