namespace EtcdEdge.Cli;

/// <summary>The words after a command: its flags and arguments, read as pflag reads them.</summary>
internal sealed class CliLine(IReadOnlyList<CliCommand> path)
{
    private static readonly CliFlag s_help = new("help", "", "", Short: 'h');
    private readonly Dictionary<string, string> _flags = new(StringComparer.Ordinal);
    private readonly List<string> _arguments = [];
    private int _dashAt = -1;

    public bool IsHelp => _flags.ContainsKey(s_help.Name);

    public static bool TakesValue(IReadOnlyList<CliCommand> path, string word)
    {
        var isLong = word.StartsWith("--", StringComparison.Ordinal);
        return Find(path, word.TrimStart('-'), isShort: !isLong) is { IsSwitch: false } && (isLong || word.Length == 2);
    }

    /// <summary>Returns the complaint about the first flag that is wrong.</summary>
    public string? Parse(List<string> words)
    {
        for (var at = 0; at < words.Count; at++)
        {
            if (words[at] == "--")
            {
                _dashAt = _arguments.Count;
                _arguments.AddRange(words.Skip(at + 1));
                return null;
            }

            if (words[at].Length < 2 || words[at][0] != '-')
            {
                _arguments.Add(words[at]);
            }
            else if (ParseFlags(words, ref at) is { } complaint)
            {
                return complaint;
            }
        }

        return null;
    }

    /// <summary>The complaint about required flags that are not given.</summary>
    public string? Missing()
    {
        string[] missing = [.. path[^1].Required.Where(name => !_flags.ContainsKey(name)).Select(name => $"\"{name}\"")];
        return missing.Length > 0 ? $"required flag(s) {string.Join(", ", missing)} not set" : null;
    }

    /// <summary>The complaint about arguments of a command that takes one of a few words.</summary>
    public string? WrongArgument()
    {
        var values = path[^1].ArgumentValues;
        return values.Length == 0 || (_arguments is [var only] && values.Contains(only)) ? null
            : _arguments.Count != 1 ? $"accepts 1 arg(s), received {_arguments.Count}"
            : $"invalid argument \"{_arguments[0]}\" for \"{string.Join(' ', path.Select(command => command.Name))}\"";
    }

    /// <summary>Sets the flags that the command line leaves out and a variable gives.</summary>
    /// <exception cref="CliFailure">For a value that is none for the flag.</exception>
    public void ReadEnvironment(CliFlag[] flags, string prefix)
    {
        foreach (var flag in prefix.Length == 0 ? [] : flags)
        {
            var variable = $"{prefix}_{flag.Name.ToUpperInvariant().Replace('-', '_')}";
            if (_flags.ContainsKey(flag.Name) || Environment.GetEnvironmentVariable(variable) is not { Length: > 0 } value)
            {
                continue;
            }

            if (flag.Problem(value) is { } problem)
            {
                throw new CliFailure(CliFailure.BadArguments, $"invalid value \"{value}\" for {variable}: {problem}");
            }

            _flags[flag.Name] = value;
        }
    }

    public CliCall ToCall()
    {
        var given = _flags.Keys.ToHashSet();
        foreach (var flag in FlagsOf(path))
        {
            _flags.TryAdd(flag.Name, flag.IsSwitch && flag.Default.Length == 0 ? "false" : flag.Default);
        }

        return new CliCall(_flags, given, _arguments, _dashAt);
    }

    private static IEnumerable<CliFlag> FlagsOf(IReadOnlyList<CliCommand> path) =>
        path.SelectMany(command => command.GlobalFlags).Concat(path[^1].Flags);

    private static CliFlag? Find(IReadOnlyList<CliCommand> path, string name, bool isShort) => FlagsOf(path).Append(s_help)
        .FirstOrDefault(flag => isShort ? name.Length > 0 && flag.Short == name[0] : flag.Name == name);

    private string? ParseFlags(List<string> words, ref int at) =>
        words[at].StartsWith("--", StringComparison.Ordinal) ? ParseLong(words, ref at) : ParseShort(words, ref at);

    private string? ParseLong(List<string> words, ref int at)
    {
        var word = words[at];
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        var name = equals < 0 ? word[2..] : word[2..equals];
        if (Find(path, name, isShort: false) is not { } flag)
        {
            return $"unknown flag: --{name}";
        }

        if (equals >= 0)
        {
            return Set(flag, word[(equals + 1)..]);
        }

        return flag.IsSwitch ? Set(flag, "true")
            : at + 1 == words.Count ? $"flag needs an argument: --{name}"
            : Set(flag, words[++at]);
    }

    // "-iw json" is "-i -w json", "-wjson" and "-w=json" are "-w json".
    private string? ParseShort(List<string> words, ref int at)
    {
        var word = words[at];
        for (var letter = 1; letter < word.Length; letter++)
        {
            if (Find(path, word[letter].ToString(), isShort: true) is not { } flag)
            {
                return $"unknown shorthand flag: '{word[letter]}' in {word}";
            }

            var rest = word[(letter + 1)..];
            if (rest.StartsWith('='))
            {
                return Set(flag, rest[1..]);
            }

            if (!flag.IsSwitch)
            {
                return rest.Length > 0 ? Set(flag, rest)
                    : at + 1 == words.Count ? $"flag needs an argument: '{word[letter]}' in {word}"
                    : Set(flag, words[++at]);
            }

            Set(flag, "true");
        }

        return null;
    }

    private string? Set(CliFlag flag, string value)
    {
        _flags[flag.Name] = flag.IsList && _flags.TryGetValue(flag.Name, out var earlier) ? $"{earlier},{value}" : value;
        return flag.Complaint(value);
    }
}
