using System.Text;

namespace EtcdEdge.Cli;

/// <summary>The usage of a command, in cobra's layout.</summary>
internal static class CliUsage
{
    private const int NameColumnMin = 11;

    public static string Render(IReadOnlyList<CliCommand> path)
    {
        var command = path[^1];
        var name = string.Join(' ', path.Select(part => part.Name));
        var text = new StringBuilder("Usage:\n");
        text.Append("  ").Append(name).Append(command.Children.Length > 0 ? " [command]" : $"{Spaced(command.Arguments)} [flags]").Append('\n');
        if (command.Children.Length > 0)
        {
            text.Append("\nAvailable Commands:\n");
            var width = Math.Max(NameColumnMin, command.Children.Max(child => child.Name.Length));
            foreach (var child in command.Children.Where(child => child.Refusal is null).OrderBy(child => child.Name, StringComparer.Ordinal))
            {
                text.Append("  ").Append(child.Name.PadRight(width)).Append(' ').Append(child.Short).Append('\n');
            }
        }

        var help = new CliFlag("help", "", $"help for {command.Name}", Short: 'h');
        var isRoot = path.Count == 1;
        Append(text, "Flags", [.. command.Flags, .. isRoot ? command.GlobalFlags : [], help]);
        Append(text, "Global Flags", isRoot ? [] : [.. path.SelectMany(part => part.GlobalFlags)]);
        if (command.Children.Length > 0)
        {
            text.Append($"\nUse \"{name} [command] --help\" for more information about a command.\n");
        }

        return text.ToString();
    }

    private static string Spaced(string arguments) => arguments.Length == 0 ? "" : " " + arguments;

    private static void Append(StringBuilder text, string title, CliFlag[] flags)
    {
        if (flags.Length == 0)
        {
            return;
        }

        text.Append($"\n{title}:\n");
        var width = flags.Max(flag => flag.Head.Length) + 3;
        foreach (var flag in flags.OrderBy(flag => flag.Name, StringComparer.Ordinal))
        {
            text.Append(flag.Head.PadRight(width)).Append(flag.Tail).Append('\n');
        }
    }
}
