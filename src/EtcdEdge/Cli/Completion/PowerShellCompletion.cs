using System.Text;

namespace EtcdEdge.Cli.Completion;

/// <summary>Completion for PowerShell.</summary>
internal static class PowerShellCompletion
{
    public static string Render(CliCommand root)
    {
        var text = new StringBuilder(
            $$"""
            # powershell completion for {{root.Name}}
            Register-ArgumentCompleter -Native -CommandName '{{root.Name}}' -ScriptBlock {
              param($word, $ast, $position)
              $items = @{

            """);
        foreach (var node in CompletionNode.Of(root))
        {
            var commands = node.Commands.Select(child => Item(child.Name, child.Short)).Concat(node.Values.Select(value => Item(value, value)));
            var flags = node.Flags.Select(flag => Item("--" + flag.Name, flag.Description));
            text.Append($"    '{node.Words}' = @({string.Join(", ", commands.Concat(flags))})\n");
        }

        return text.Append(
            """
              }
              $path = ''
              foreach ($element in $ast.CommandElements | Select-Object -Skip 1) {
                $next = "$path $element".Trim()
                if ($element.Extent.EndOffset -lt $position -and $items.ContainsKey($next)) { $path = $next }
              }
              $items[$path] | Where-Object { $_[0] -like "$word*" } | ForEach-Object {
                [System.Management.Automation.CompletionResult]::new($_[0], $_[0], 'ParameterValue', $_[1])
              }
            }

            """).ToString();
    }

    private static string Item(string name, string description) => $"@({Quoted(name)}, {Quoted(description)})";

    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
