using EtcdEdge.Api;
using EtcdEdge.Cli.Ctl.Common;
using EtcdEdge.Cli.Ctl.Session;
using EtcdEdge.Cli.Ctl.Writers;
using Google.Protobuf;

namespace EtcdEdge.Cli.Ctl.Commands;

/// <summary>etcdctl put.</summary>
internal static class PutCommand
{
    private const string Usage = "put command needs 1 argument and input from stdin or 2 arguments";

    public static CliCommand Command { get; } = new()
    {
        Name = "put",
        Group = CommandGroups.KeyValue,
        Arguments = "[options] <key> <value> (<value> can also be given from stdin)",
        Short = "Puts the given key into the store",
        Long = """
            Puts the given key into the store.

            A <value> that begins with '-' needs a "--" before it, because it would be read as a flag:

            $ put <key> -- <value>
            $ put -- <key> <value>

            Without a <value> argument and without --ignore-value, the value is read from standard input:

            $ cat file | put <key>
            """,
        Flags =
        [
            new CliFlag("lease", "string", "lease ID (in hexadecimal) to attach to the key", "0"),
            new CliFlag("prev-kv", "", "return the previous key-value pair before modification"),
            new CliFlag("ignore-value", "", "updates the key using its current value"),
            new CliFlag("ignore-lease", "", "updates the key using its current lease"),
        ],
        Run = call => CtlSession.Run(call, RunAsync),
    };

    /// <summary>The request of a command line.</summary>
    /// <exception cref="CliFailure">When the line is wrong.</exception>
    public static PutRequest Request(CliCall call)
    {
        if (call.Arguments.Count == 0)
        {
            throw new CliFailure(CliFailure.BadArguments, Usage);
        }

        if (call.IsOn("ignore-value") && call.Arguments.Count > 1)
        {
            throw new CliFailure(CliFailure.BadArguments, "put command needs only 1 argument when 'ignore-value' is set");
        }

        return new PutRequest
        {
            Key = KeyRange.Bytes(call.Arguments[0]),
            Value = call.IsOn("ignore-value") ? ByteString.Empty : Value(call),
            Lease = Lease(call.Text("lease")),
            PrevKv = call.IsOn("prev-kv"),
            IgnoreValue = call.IsOn("ignore-value"),
            IgnoreLease = call.IsOn("ignore-lease"),
        };
    }

    public static void WriteSimple(SimpleWriter writer, PutResponse response)
    {
        writer.Line("OK");
        if (response.PrevKv is not null)
        {
            writer.KeyValue(response.PrevKv);
        }
    }

    public static void WriteFields(FieldsWriter writer, PutResponse response)
    {
        writer.Header(response.Header);
        if (response.PrevKv is not null)
        {
            writer.KeyValue("Prev", response.PrevKv);
        }
    }

    private static async Task RunAsync(CtlSession session)
    {
        var request = Request(session.Call);
        var client = await session.ClientAsync();
        var response = await client.Kv.PutAsync(request, session.Timed);
        session.Print(new Report
        {
            Message = response,
            Simple = writer => WriteSimple(writer, response),
            Fields = writer => WriteFields(writer, response),
        });
    }

    private static ByteString Value(CliCall call)
    {
        var value = call.Arguments.Count > 1 ? KeyRange.Bytes(call.Arguments[1]) : UnsafeByteOperations.UnsafeWrap(CtlConsole.In.ReadToEnd());
        return value.IsEmpty && call.Arguments.Count < 2 ? throw new CliFailure(CliFailure.BadArguments, Usage) : value;
    }

    private static long Lease(string text) =>
        Identity.Parse(() => GoText.ParseInt(text, 16), CliFailure.BadArguments, problem => $"bad lease ID ({problem}), expecting ID in Hex");
}
