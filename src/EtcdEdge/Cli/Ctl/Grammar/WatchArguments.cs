using EtcdEdge.Api;
using EtcdEdge.Cli.Ctl.Common;

namespace EtcdEdge.Cli.Ctl.Grammar;

/// <summary>
/// What a watch is of: arguments, the variables ETCDCTL_WATCH_KEY and ETCDCTL_WATCH_RANGE_END, and a command to run for each event.
/// </summary>
/// <param name="Keys">A key, and the end of its range.</param>
/// <param name="Command">After "--"; empty: none.</param>
internal sealed record WatchArguments(string[] Keys, string[] Command)
{
    private const string BadNumber = "bad number of arguments";

    /// <summary>Reads the arguments of a call.</summary>
    /// <param name="call">The call; for a typed line, of the flags before "--" and the command after it.</param>
    /// <param name="environmentKey">The variable's value; empty: not set.</param>
    /// <param name="environmentEnd">As well.</param>
    /// <exception cref="CliFailure">In etcdctl's words, exit code 128.</exception>
    public static WatchArguments Parse(CliCall call, string environmentKey, string environmentEnd)
    {
        var hasCommand = call.DashAt >= 0;
        var keys = hasCommand ? call.Arguments.Take(call.DashAt).ToArray() : [.. call.Arguments];
        var command = hasCommand ? call.Arguments.Skip(call.DashAt).ToArray() : [];
        if (hasCommand && command.Length == 0)
        {
            throw Bad(" (found separator --, but no commands)");
        }

        if (environmentKey.Length > 0)
        {
            return keys.Length > 0 ? throw Bad(" (found conflicting environment key)")
                : new WatchArguments(environmentEnd.Length > 0 ? [environmentKey, environmentEnd] : [environmentKey], command);
        }

        return keys.Length > 0 ? new WatchArguments(keys, command) : throw Bad("");
    }

    /// <exception cref="CliFailure">For an end and --prefix.</exception>
    public WatchCreateRequest Request(CliCall call)
    {
        var isPrefix = call.IsOn("prefix");
        if (isPrefix && Keys.Length == 2)
        {
            throw new CliFailure(CliFailure.BadArguments, "`range_end` and `--prefix` are mutually exclusive");
        }

        var key = KeyRange.Bytes(Keys[0]);
        return new WatchCreateRequest
        {
            Key = key.IsEmpty ? KeyRange.Zero : key,
            RangeEnd = isPrefix ? key.IsEmpty ? KeyRange.Zero : KeyRange.PrefixEnd(key)
                : Keys.Length == 2 ? KeyRange.Bytes(Keys[1])
                : Google.Protobuf.ByteString.Empty,
            StartRevision = call.Number("rev"),
            PrevKv = call.IsOn("prev-kv"),
            ProgressNotify = call.IsOn("progress-notify"),
        };
    }

    private static CliFailure Bad(string detail) => new(CliFailure.BadArguments, BadNumber + detail);
}
