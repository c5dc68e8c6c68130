using EtcdEdge.Api;
using EtcdEdge.Cli.Ctl.Common;

namespace EtcdEdge.Cli.Ctl.Grammar;

/// <summary>A condition of a transaction: <c>target("key") op "value"</c>.</summary>
internal static class Comparison
{
    /// <exception cref="CliFailure">In etcdctl's words, exit code 3; for what makes etcdctl panic, its panic's words and exit code 2.</exception>
    public static Compare Parse(string line)
    {
        var open = line.IndexOf('(', StringComparison.Ordinal);
        if (open < 0)
        {
            throw Malformed(line);
        }

        var at = SkipSpaces(line, open + 1);
        var key = Words.Unquote(line, ref at);
        if (key is null || at >= line.Length || line[at] != ')')
        {
            throw Malformed($"{line}; got {line[..open]}({GoText.Quote(key ?? "")})  \"\"");
        }

        at = SkipSpaces(line, at + 1);
        var end = at;
        while (end < line.Length && !char.IsWhiteSpace(line[end]))
        {
            end++;
        }

        var op = line[at..end];
        at = SkipSpaces(line, end);
        var value = Words.Unquote(line, ref at) ?? throw Malformed($"{line}; got {line[..open]}({GoText.Quote(key)}) {op} \"\"");
        var compare = Target(line, line[..open], value);
        compare.Key = KeyRange.Bytes(key);
        compare.Result = Result(op);
        return compare;
    }

    private static Compare Target(string line, string target, string value) => target switch
    {
        "ver" or "version" => new Compare { Target = Compare.Types.CompareTarget.Version, Version = Number(line, value) },
        "c" or "create" => new Compare { Target = Compare.Types.CompareTarget.Create, CreateRevision = Number(line, value) },
        "m" or "mod" => new Compare { Target = Compare.Types.CompareTarget.Mod, ModRevision = Number(line, value) },
        "val" or "value" => new Compare { Target = Compare.Types.CompareTarget.Value, Value = KeyRange.Bytes(value) },
        // etcdctl panics for every lease, whatever its value ("panic: bad value").
        "lease" => throw new CliFailure(CliFailure.BadConnection, $"etcdctl cannot compare leases: {line}"),
        _ => throw Malformed($"{line} (unknown target {target})"),
    };

    private static Compare.Types.CompareResult Result(string op) => op switch
    {
        "=" => Compare.Types.CompareResult.Equal,
        "!=" => Compare.Types.CompareResult.NotEqual,
        ">" => Compare.Types.CompareResult.Greater,
        "<" => Compare.Types.CompareResult.Less,
        _ => throw new CliFailure(CliFailure.BadConnection, $"Unknown result op {GoText.Quote(op)}; use =, !=, < or >"),
    };

    private static long Number(string line, string value)
    {
        try
        {
            return GoText.ParseInt(value, 10);
        }
        catch (FormatException)
        {
            throw new CliFailure(CliFailure.InvalidInput, $"invalid txn compare request: {line}");
        }
    }

    private static int SkipSpaces(string line, int at)
    {
        while (at < line.Length && line[at] == ' ')
        {
            at++;
        }

        return at;
    }

    private static CliFailure Malformed(string what) => new(CliFailure.InvalidInput, $"malformed comparison: {what}");
}
