using System.Text;

namespace EtcdEdge.Cli.Completion;

/// <summary>Completion for zsh.</summary>
internal static class ZshCompletion
{
    public static string Render(CliCommand root)
    {
        var text = new StringBuilder($"#compdef {root.Name}\n# zsh completion for {root.Name}\n_{root.Name}() {{\n");
        text.Append("  local path= i\n  local -a commands flags\n  for ((i = 2; i < CURRENT; i++)); do\n    case \"$path ${words[i]}\" in\n");
        var nodes = CompletionNode.Of(root).ToArray();
        foreach (var node in nodes.Where(node => node.Words.Length > 0))
        {
            text.Append($"      ' {node.Words}') path=' {node.Words}' ;;\n");
        }

        text.Append("    esac\n  done\n  case $path in\n");
        foreach (var node in nodes)
        {
            text.Append($"    '{(node.Words.Length == 0 ? "" : " " + node.Words)}')\n");
            var commands = node.Commands.Select(child => Item(child.Name, child.Short)).Concat(node.Values.Select(value => Item(value, "")));
            text.Append($"      commands=({string.Join(' ', commands)})\n");
            text.Append($"      flags=({string.Join(' ', node.Flags.Select(flag => Item("--" + flag.Name, flag.Description)))}) ;;\n");
        }

        return text.Append(
            $$"""
              esac
              if [[ ${words[CURRENT]} == -* ]]; then
                _describe flag flags
              elif (( ${#commands} )); then
                _describe command commands
              else
                _files
              fi
            }
            if [[ ${funcstack[1]} == _{{root.Name}} ]]; then _{{root.Name}} "$@"; else compdef _{{root.Name}} {{root.Name}}; fi

            """).ToString();
    }

    private static string Item(string name, string description) =>
        $"'{(name + (description.Length == 0 ? "" : ":" + description)).Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
