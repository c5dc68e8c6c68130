using EtcdEdge.Api;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Snapshot;
using EtcdEdge.StateMachine.V2;
using EtcdEdge.Testing;
using Xunit;

namespace EtcdEdge.StateMachine.Tests.V2;

/// <summary>
/// The v2 store as the log changes it: each case is one entry, or a look at the published view, and prints event or error. After each case the state
/// goes through its header's bytes and must come back the same.
/// </summary>
internal sealed class V2Script
{
    private readonly Machine _machine = new();

    public string Run(DataDriven.Command command)
    {
        var answer = Run(_machine, command);
        RoundTrip(_machine);
        return answer;
    }

    private static string Run(Machine machine, DataDriven.Command command)
    {
        var path = command.Args.Count > 0 ? command.Args[0] : "/";
        var view = machine.Applier.V2.View;
        switch (command.Name)
        {
            case "get":
                return TextOf(view.Get(path));
            case "tree":
                return string.Join('\n', V2Tree.Walk(view.Root).Skip(1).Select(TextOf));
            case "watch":
                return Watch(view, path, command);
            case "fill":
                for (long i = 0; i < command.Number("count", 0); i++)
                {
                    Apply(machine, new V2Request { Method = "PUT", Path = "/1" + path, Val = "x" });
                }

                return $"index={machine.Applier.V2.View.Index} history={machine.Applier.V2.View.HistoryStart}";
            default:
                return TextOf(Apply(machine, RequestOf(command, path)));
        }
    }

    private static string Watch(V2View view, string path, DataDriven.Command command)
    {
        var since = (ulong)command.Number("since", (long)view.Index + 1);
        var happened = view.Next(new V2Watch(path, command.Has("recursive")), since, (ulong)command.Number("born", 0), out var error);
        return happened is null && error is null ? "nothing yet" : TextOf(new V2Result(happened, error, view.Index));
    }

    private static V2Result Apply(Machine machine, V2Request request) => (V2Result)machine.Apply(RequestKind.V2, request).Response!;

    private static V2Request RequestOf(DataDriven.Command command, string path)
    {
        var request = new V2Request
        {
            Method = command.Name.ToUpperInvariant(),
            Path = command.Has("raw") ? path : path == "/" ? "/1" : "/1" + path,
            Val = command.Option("value", ""),
            Dir = command.Args.Contains("dir"),
            Recursive = command.Args.Contains("recursive"),
            PrevValue = command.Option("prevValue", ""),
            PrevIndex = (ulong)command.Number("prevIndex", 0),
            Expiration = command.Number("expires", 0),
            Time = command.Number("time", 0),
        };
        if (command.Has("prevExist"))
        {
            request.PrevExist = command.Option("prevExist", "") == "true";
        }

        if (command.Args.Contains("refresh"))
        {
            request.Refresh = true;
        }

        return request;
    }

    private static void RoundTrip(Machine machine)
    {
        var header = machine.Applier.Capture(machine.Root).Header;
        var bytes = StateHeaderCodec.Encode(header);
        var decoded = StateHeaderCodec.Decode(bytes);
        Assert.Equal(V2Tree.Walk(header.V2.Root).Select(TextOf), V2Tree.Walk(decoded.V2.Root).Select(TextOf));
        Assert.Equal(header.V2.History.Select(TextOf), decoded.V2.History.Select(TextOf));
        Assert.Equal(header.V2.Index, decoded.V2.Index);
        Assert.Equal(bytes, StateHeaderCodec.Encode(decoded));
    }

    private static string TextOf(V2Result result) => result switch
    {
        { Error: { } error } => $"error {(int)error.Code} cause={error.Cause} index={error.Index}",
        { Event: { } happened } => TextOf(happened),
        _ => $"done index={result.Index}",
    };

    private static string TextOf(V2Event happened) =>
        $"{happened.Action} {TextOf(happened.Node)}"
        + string.Concat(happened.Node.Children.Values.Select(child => $"\n  {TextOf(child)}"))
        + (happened.Previous is { } previous ? $"\n  before: {TextOf(previous)}" : "")
        + (happened.IsCreated ? "\n  created" : "");

    private static string TextOf(V2Node node) =>
        $"{node.Path}{(node.IsDirectory ? " dir" : "")}{(node.Value is null ? "" : $" \"{node.Value}\"")} created={node.CreatedIndex} "
            + $"modified={node.ModifiedIndex}"
        + (node.ExpirationNanos == 0 ? "" : $" expires={node.ExpirationNanos}") + (node.IsHidden ? " hidden" : "");
}
