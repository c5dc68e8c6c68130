using System.Text;

namespace EtcdEdge.Cli.Completion;

/// <summary>Completion for fish.</summary>
internal static class FishCompletion
{
    public static string Render(CliCommand root)
    {
        var test = $"__{root.Name}_at";
        var text = new StringBuilder(
            $"""
            # fish completion for {root.Name}
            function {test}
              set -l words
              for word in (commandline -opc)[2..-1]
                string match -q -- '-*' $word; or set -a words $word
              end
              test "$words" = "$argv"; or begin; test (count $argv) -gt 0; and string match -q -- "$argv *" "$words"; and test -n "$argv[-1]"; end
            end

            """);
        foreach (var node in CompletionNode.Of(root))
        {
            var condition = $"complete -c {root.Name} -n '{test}{(node.Words.Length == 0 ? "" : " " + node.Words)}'";
            foreach (var child in node.Commands)
            {
                text.Append($"{condition} -f -a {child.Name} -d {Quoted(child.Short)}\n");
            }

            foreach (var value in node.Values)
            {
                text.Append($"{condition} -f -a {value}\n");
            }

            foreach (var flag in node.Flags)
            {
                var letter = flag.Short == '\0' ? "" : $" -s {flag.Short}";
                var values = flag.Values.Length > 0 ? $" -a {Quoted(string.Join(' ', flag.Values))}" : "";
                text.Append($"{condition} -l {flag.Name}{letter}{(flag.IsSwitch ? "" : " -r")}{values} -d {Quoted(flag.Description)}\n");
            }
        }

        return text.ToString();
    }

    private static string Quoted(string text) =>
        $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";
}
