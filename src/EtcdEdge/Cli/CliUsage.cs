using System.Text;

namespace EtcdEdge.Cli;

/// <summary>Help pages in cobra's layout.</summary>
internal sealed class CliUsage
{
    private const int NameColumnMin = 11;

    /// <summary>A line at the end of every help page.</summary>
    public string Footer { get; init; } = "";

    /// <summary>True where global flags are not part of the pages: another command lists them.</summary>
    public bool HidesGlobalFlags { get; init; }

    /// <summary>True where the page begins with the description.</summary>
    public bool HasDescription { get; init; }

    /// <summary>The page for --help.</summary>
    public string Help(IReadOnlyList<CliCommand> path)
    {
        var description = path[^1].Long.Length > 0 ? path[^1].Long : path[^1].Short;
        return (HasDescription ? description.TrimEnd() + "\n\n" : "") + Render(path) + (Footer.Length > 0 ? Footer + "\n" : "");
    }

    /// <summary>The page for a wrong call.</summary>
    public string Render(IReadOnlyList<CliCommand> path)
    {
        var command = path[^1];
        var name = string.Join(' ', path.Select(part => part.Name));
        var text = new StringBuilder("Usage:\n");
        text.Append("  ").Append(name).Append(command.Children.Length > 0 ? " [command]" : Spaced(command.Arguments) + " [flags]").Append('\n');
        if (command.Example.Length > 0)
        {
            text.Append("\nExamples:\n").Append(command.Example).Append('\n');
        }

        AppendCommands(text, command);
        var isRoot = path.Count == 1;
        var help = new CliFlag("help", "", $"help for {command.Name}", Short: 'h') { IsHidden = isRoot && HidesGlobalFlags };
        var inherited = path.Take(path.Count - 1).Skip(HidesGlobalFlags ? 1 : 0).SelectMany(part => part.GlobalFlags);
        Append(text, "Flags", [.. command.Flags, .. isRoot && HidesGlobalFlags ? [] : command.GlobalFlags, help]);
        Append(text, "Global Flags", inherited);
        if (command.Children.Length > 0)
        {
            text.Append($"\nUse \"{name} [command] --help\" for more information about a command.\n");
        }

        return text.ToString();
    }

    /// <summary>Flags with their explanations, one a line, by name.</summary>
    public static string Flags(IEnumerable<CliFlag> flags)
    {
        var shown = flags.Where(flag => !flag.IsHidden).OrderBy(flag => flag.Name, StringComparer.Ordinal).ToArray();
        var width = shown.Length == 0 ? 0 : shown.Max(flag => flag.Head.Length) + 3;
        return string.Concat(shown.Select(flag => flag.Head.PadRight(width) + flag.Tail + "\n"));
    }

    private static void AppendCommands(StringBuilder text, CliCommand command)
    {
        if (command.Children.Length == 0)
        {
            return;
        }

        var width = Math.Max(NameColumnMin, command.Children.Max(child => child.Name.Length));
        foreach (var group in command.Groups.Length == 0 ? ["Available Commands:"] : command.Groups)
        {
            text.Append('\n').Append(group).Append('\n');
            var members = command.Children.Where(child => child.IsListed && (command.Groups.Length == 0 || child.Group == group));
            foreach (var child in members.OrderBy(child => child.Name, StringComparer.Ordinal))
            {
                text.Append("  ").Append(child.Name.PadRight(width)).Append(' ').Append(child.Short).Append('\n');
            }
        }
    }

    private static string Spaced(string arguments) => arguments.Length == 0 ? "" : " " + arguments;

    private static void Append(StringBuilder text, string title, IEnumerable<CliFlag> flags)
    {
        var lines = Flags(flags);
        text.Append(lines.Length == 0 ? "" : $"\n{title}:\n{lines}");
    }
}
