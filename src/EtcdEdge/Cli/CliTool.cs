namespace EtcdEdge.Cli;

/// <summary>
/// Runs a command line against a tree of commands as cobra does: groups print their help, a wrong flag the usage; flags may be anywhere, "--" ends
/// them.
/// </summary>
internal sealed class CliTool(CliCommand root, TextWriter output, TextWriter errors)
{
    /// <summary>etcdutl's main prints an error that cobra has already printed.</summary>
    public bool RepeatsErrors { get; init; }

    /// <summary>A variable PREFIX_NAME gives the global flag "name" where the command line does not; empty: none.</summary>
    public string EnvironmentPrefix { get; init; } = "";

    /// <summary>The layout of the help pages.</summary>
    public CliUsage Usage { get; init; } = new();

    public int Run(string[] arguments)
    {
        var path = new List<CliCommand> { root };
        var rest = Descend(path, arguments);
        var command = path[^1];
        if (path.Count == 1 && root.Children.Length > 0 && rest.FirstOrDefault(word => !word.StartsWith('-')) is { } unknown)
        {
            return Refuse($"unknown command \"{unknown}\" for \"{root.Name}\"", Suggestion(unknown) + $"Run '{root.Name} --help' for usage.\n");
        }

        if (command.Refusal is { } refusal)
        {
            errors.WriteLine("Error: " + refusal);
            return command.RefusalCode;
        }

        var line = new CliLine(path);
        var complaint = line.Parse(rest);
        if (complaint is null && (line.IsHelp || command.Run is null))
        {
            output.Write(Usage.Help(path));
            return 0;
        }

        complaint ??= line.Missing() ?? line.WrongArgument();
        return complaint is null ? Call(command, line) : Refuse(complaint, Usage.Render(path) + "\n");
    }

    private int Call(CliCommand command, CliLine line)
    {
        try
        {
            line.ReadEnvironment(root.GlobalFlags, EnvironmentPrefix);
            return command.Run!(line.ToCall());
        }
        catch (CliFailure failure)
        {
            output.Flush();
            if (failure.Message.Length > 0)
            {
                errors.WriteLine("Error: " + failure.Message);
            }

            return failure.ExitCode;
        }
    }

    private int Refuse(string complaint, string more)
    {
        errors.WriteLine("Error: " + complaint);
        errors.Write(more);
        if (RepeatsErrors)
        {
            errors.WriteLine("Error: " + complaint);
        }

        return CliFailure.Error;
    }

    // cobra suggests commands within two edits, and those that begin with the word.
    private string Suggestion(string word)
    {
        var near = root.Children.Where(child => child.IsListed)
            .Where(child => CliDistance.Between(word, child.Name) <= 2 || child.Name.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            .Select(child => $"\t{child.Name}\n").Order(StringComparer.Ordinal).ToArray();
        return near.Length == 0 ? "" : $"\nDid you mean this?\n{string.Concat(near)}\n";
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

        for (var at = 0; at < words.Count && words[at] != "--";)
        {
            if (words[at].Length > 1 && words[at][0] == '-')
            {
                at += words[at].Contains('=') || !CliLine.TakesValue(path, words[at]) ? 1 : 2;
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
}
