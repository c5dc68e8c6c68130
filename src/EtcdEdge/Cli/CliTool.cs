namespace EtcdEdge.Cli;

/// <summary>
/// Runs a command line against a tree of commands as cobra does: groups show their usage, a wrong flag shows it too, flags may stand anywhere, "--"
/// ends them.
/// </summary>
internal sealed class CliTool(CliCommand root, TextWriter output, TextWriter errors)
{
    private static readonly CliFlag s_help = new("help", "", "", Short: 'h');

    public int Run(string[] arguments)
    {
        var path = new List<CliCommand> { root };
        var rest = Descend(path, arguments);
        var command = path[^1];
        if (path.Count == 1 && root.Children.Length > 0 && rest.FirstOrDefault(word => !word.StartsWith('-')) is { } unknown)
        {
            return Refuse($"unknown command \"{unknown}\" for \"{root.Name}\"", $"Run '{root.Name} --help' for usage.");
        }

        if (command.Refusal is { } refusal)
        {
            errors.WriteLine("Error: " + refusal);
            return command.RefusalCode;
        }

        var flags = new Dictionary<string, string>(StringComparer.Ordinal);
        var positional = new List<string>();
        var complaint = Parse(path, rest, flags, positional);
        if (complaint is null && (flags.ContainsKey(s_help.Name) || command.Run is null))
        {
            output.Write(CliUsage.Render(path));
            return 0;
        }

        string[] missing = [.. command.Required.Where(name => !flags.ContainsKey(name)).Select(name => $"\"{name}\"")];
        complaint ??= missing.Length > 0 ? $"required flag(s) {string.Join(", ", missing)} not set" : null;
        return complaint is null ? Call(path, flags, positional) : Refuse(complaint, CliUsage.Render(path));
    }

    private int Call(List<CliCommand> path, Dictionary<string, string> flags, List<string> positional)
    {
        foreach (var flag in FlagsOf(path))
        {
            flags.TryAdd(flag.Name, flag.IsSwitch ? "false" : flag.Default);
        }

        try
        {
            return path[^1].Run!(new CliCall(flags, positional));
        }
        catch (CliFailure failure)
        {
            errors.WriteLine("Error: " + failure.Message);
            return failure.ExitCode;
        }
    }

    // cobra says it before the usage, and etcd's main once more after it.
    private int Refuse(string complaint, string more)
    {
        errors.WriteLine("Error: " + complaint);
        errors.WriteLine(more);
        errors.WriteLine("Error: " + complaint);
        return CliFailure.Error;
    }

    // "help a b" is "a b --help".
    private static List<string> Descend(List<CliCommand> path, string[] arguments)
    {
        var words = new List<string>(arguments);
        if (words is ["help", ..])
        {
            words.RemoveAt(0);
            words.Add("--help");
        }

        for (var at = 0; at < words.Count;)
        {
            if (words[at].StartsWith('-'))
            {
                at += words[at].Contains('=') || !TakesValue(path, words[at]) ? 1 : 2;
                continue;
            }

            if (path[^1].Child(words[at]) is not { } child)
            {
                break;
            }

            path.Add(child);
            words.RemoveAt(at);
        }

        return words;
    }

    private static bool TakesValue(List<CliCommand> path, string word)
    {
        var isLong = word.StartsWith("--", StringComparison.Ordinal);
        return Find(path, word.TrimStart('-'), isShort: !isLong) is { IsSwitch: false } && (isLong || word.Length == 2);
    }

    private static IEnumerable<CliFlag> FlagsOf(List<CliCommand> path) => path.SelectMany(command => command.GlobalFlags).Concat(path[^1].Flags);

    private static CliFlag? Find(List<CliCommand> path, string name, bool isShort) => FlagsOf(path).Append(s_help)
        .FirstOrDefault(flag => isShort ? name.Length > 0 && flag.Short == name[0] : flag.Name == name);

    /// <summary>Returns the complaint about the first flag that is wrong.</summary>
    private static string? Parse(List<CliCommand> path, List<string> words, Dictionary<string, string> flags, List<string> positional)
    {
        for (var at = 0; at < words.Count; at++)
        {
            if (words[at] == "--")
            {
                positional.AddRange(words.Skip(at + 1));
                return null;
            }

            if (words[at].Length < 2 || words[at][0] != '-')
            {
                positional.Add(words[at]);
            }
            else if (ParseFlag(path, words, ref at, flags) is { } complaint)
            {
                return complaint;
            }
        }

        return null;
    }

    private static string? ParseFlag(List<CliCommand> path, List<string> words, ref int at, Dictionary<string, string> flags)
    {
        var word = words[at];
        var isLong = word.StartsWith("--", StringComparison.Ordinal);
        var (name, value) = isLong ? SplitLong(word) : SplitShort(word);
        if (Find(path, name, isShort: !isLong) is not { } flag)
        {
            return isLong ? $"unknown flag: --{name}" : $"unknown shorthand flag: '{name}' in {word}";
        }

        if (value is null && !flag.IsSwitch)
        {
            if (at + 1 == words.Count)
            {
                return isLong ? $"flag needs an argument: --{name}" : $"flag needs an argument: '{name}' in {word}";
            }

            value = words[++at];
        }

        flags[flag.Name] = value ?? "true";
        return flag.Complaint(flags[flag.Name]);
    }

    private static (string Name, string? Value) SplitLong(string word)
    {
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (word[2..], null) : (word[2..equals], word[(equals + 1)..]);
    }

    private static (string Name, string? Value) SplitShort(string word) =>
        (word[1..2], word.Length == 2 ? null : word[2] == '=' ? word[3..] : word[2..]);
}
