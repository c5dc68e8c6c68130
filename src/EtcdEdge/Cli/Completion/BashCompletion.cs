using System.Text;

namespace EtcdEdge.Cli.Completion;

/// <summary>Completion for bash, without the bash-completion package.</summary>
internal static class BashCompletion
{
    public static string Render(CliCommand root)
    {
        var nodes = CompletionNode.Of(root).ToArray();
        var function = $"_{root.Name}_complete";
        var text = new StringBuilder($"# bash completion for {root.Name}\n{function}() {{\n");
        text.Append("  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} path= i commands= flags=\n");
        text.Append("  for ((i = 1; i < COMP_CWORD; i++)); do\n    case \"$path ${COMP_WORDS[i]}\" in\n");
        foreach (var node in nodes.Where(node => node.Words.Length > 0))
        {
            text.Append($"      ' {node.Words}') path=' {node.Words}' ;;\n");
        }

        text.Append("    esac\n  done\n  case $before in\n");
        var valued = nodes.SelectMany(node => node.Flags).Where(flag => flag.Values.Length > 0).DistinctBy(flag => flag.Name);
        foreach (var flag in valued)
        {
            var names = flag.Short == '\0' ? $"--{flag.Name}" : $"--{flag.Name} | -{flag.Short}";
            text.Append($"    {names}) COMPREPLY=($(compgen -W '{string.Join(' ', flag.Values)}' -- \"$word\")); return ;;\n");
        }

        text.Append("  esac\n  case $path in\n");
        foreach (var node in nodes)
        {
            var commands = string.Join(' ', [.. node.Commands.Select(child => child.Name), .. node.Values]);
            var flags = string.Join(' ', node.Flags.Select(flag => $"--{flag.Name}{(flag.IsSwitch ? "" : "=")}"));
            text.Append($"    '{(node.Words.Length == 0 ? "" : " " + node.Words)}') commands='{commands}' flags='{flags}' ;;\n");
        }

        return text.Append(
            $$"""
              esac
              if [[ $word == -* ]]; then commands=$flags; fi
              COMPREPLY=($(compgen -W "$commands" -- "$word"))
              [[ ${COMPREPLY[*]} == *= ]] && compopt -o nospace
            }
            complete -o default -F {{function}} {{root.Name}}

            """).ToString();
    }
}
