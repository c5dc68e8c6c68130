using EtcdEdge.Cli.Ctl.Client;
using EtcdEdge.Cli.Ctl.Common;
using EtcdEdge.Cli.Ctl.Grammar;
using EtcdEdge.Cli.Ctl.Session;
using Grpc.Core;

namespace EtcdEdge.Cli.Ctl.Commands;

/// <summary>etcdctl watch.</summary>
internal static class WatchCommand
{
    public static CliCommand Command { get; } = new()
    {
        Name = "watch",
        Group = CommandGroups.KeyValue,
        Arguments = "[options] [key or prefix] [range_end] [--] [exec-command arg1 arg2 ...]",
        Short = "Watches events stream on keys or prefixes",
        Flags =
        [
            new CliFlag("interactive", "", "Interactive mode", Short: 'i'),
            new CliFlag("prefix", "", "Watch on a prefix if prefix is set"),
            new CliFlag("rev", "int", "Revision to start watching", "0"),
            new CliFlag("prev-kv", "", "get the previous key-value pair before the event happens"),
            new CliFlag("progress-notify", "", "get periodic watch progress notification from server"),
        ],
        Run = call => CtlSession.Run(call, RunAsync),
    };

    private static async Task RunAsync(CtlSession session)
    {
        var key = Environment.GetEnvironmentVariable("ETCDCTL_WATCH_KEY") ?? "";
        var end = Environment.GetEnvironmentVariable("ETCDCTL_WATCH_RANGE_END") ?? "";
        if (key.Length == 0 && end.Length > 0)
        {
            throw new CliFailure(CliFailure.BadArguments, $"ETCDCTL_WATCH_KEY is empty but got ETCDCTL_WATCH_RANGE_END={GoText.Quote(end)}");
        }

        if (session.Call.IsOn("interactive"))
        {
            await new InteractiveWatch(session, await session.ClientAsync(), key, end).RunAsync();
            return;
        }

        var arguments = WatchArguments.Parse(session.Call, key, end);
        var request = arguments.Request(session.Call);
        var reported = "";
        using var watcher = new Watcher(await session.ClientAsync(), request)
        {
            Reconnecting = trouble => Report(trouble, ref reported),
        };
        await new WatchPrinter(session, arguments.Command).PrintAsync(watcher);
        throw new CliFailure(CliFailure.Interrupted, "watch is canceled by the server");
    }

    private static void Report(string? trouble, ref string reported)
    {
        if (trouble is not null && trouble != reported)
        {
            reported = trouble;
            CtlConsole.Error.WriteLine("etcdctl: " + trouble);
        }
    }
}

/// <summary>Watches that are typed in, a line each; "progress" asks for a progress notification of all of them.</summary>
internal sealed class InteractiveWatch(CtlSession session, EtcdClient client, string environmentKey, string environmentEnd)
{
    private readonly List<Watcher> _watchers = [];

    /// <summary>Runs until the input ends.</summary>
    /// <exception cref="CliFailure">Then, and for a line that etcdctl refuses.</exception>
    public async Task RunAsync()
    {
        while (CtlConsole.In.ReadLine() is { } line)
        {
            var words = Words.Split(line);
            switch (words.Count == 0 ? "" : words[0])
            {
                case "":
                    CtlConsole.Error.WriteLine($"Invalid command: {line} (watch and progress supported)");
                    break;
                case "watch" when words.Count < 2 && environmentKey.Length == 0:
                    CtlConsole.Error.WriteLine($"Invalid command {line} (command type or key is not provided)");
                    break;
                case "watch":
                    Start(line, words);
                    break;
                case "progress":
                    await Task.WhenAll(_watchers.Select(watcher => watcher.RequestProgressAsync()));
                    break;
                default:
                    CtlConsole.Error.WriteLine($"Invalid command {line} (only support watch)");
                    break;
            }
        }

        throw new CliFailure(CliFailure.InvalidInput, "error reading watch request line: EOF");
    }

    private void Start(string line, List<string> words)
    {
        var parsed = new CliLine([WatchCommand.Command]);
        if (parsed.Parse(words[1..]) is { } complaint)
        {
            throw new CliFailure(CliFailure.BadArguments, complaint);
        }

        var call = parsed.ToCall();
        var arguments = WatchArguments.Parse(call, environmentKey, environmentEnd);
        try
        {
            var watcher = new Watcher(client, arguments.Request(call));
            _watchers.Add(watcher);
            _ = PrintAsync(watcher, arguments.Command);
        }
        catch (CliFailure refused)
        {
            CtlConsole.Error.WriteLine($"Invalid command {line} ({refused.Message})");
        }
    }

    private async Task PrintAsync(Watcher watcher, string[] command)
    {
        try
        {
            await new WatchPrinter(session, command).PrintAsync(watcher);
        }
        catch (CliFailure failure)
        {
            Environment.Exit(failure.ExitCode);
        }
        catch (Output.BrokenPipeException)
        {
            Environment.Exit(Output.BrokenPipeException.ExitCode);
        }
        catch (RpcException failure)
        {
            CtlConsole.Error.WriteLine($"watch was canceled ({CallFailure.Text(failure)})");
        }
    }
}
