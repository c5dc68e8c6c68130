namespace EtcdEdge.Cli.Completion;

/// <summary>The command "completion" of a tool: prints a script for a shell.</summary>
internal static class CompletionCommand
{
    /// <param name="tool">The tool's name.</param>
    /// <param name="root">Its tree of commands, read when the command runs.</param>
    /// <param name="output">Receives the script.</param>
    /// <param name="group">The heading in the tool's list of commands.</param>
    public static CliCommand Of(string tool, Func<CliCommand> root, Func<TextWriter> output, string group = "") => new()
    {
        Name = "completion",
        Group = group,
        Arguments = "[bash|zsh|fish|powershell]",
        Short = "Generate completion script",
        Long = $$"""
            Prints a completion script for a shell.

            Bash:
              $ source <({{tool}} completion bash)
              for each session: {{tool}} completion bash > /etc/bash_completion.d/{{tool}}

            Zsh:
              $ source <({{tool}} completion zsh)
              for each session: {{tool}} completion zsh > "${fpath[1]}/_{{tool}}"

            Fish:
              $ {{tool}} completion fish | source
              for each session: {{tool}} completion fish > ~/.config/fish/completions/{{tool}}.fish

            PowerShell:
              PS> {{tool}} completion powershell | Out-String | Invoke-Expression
            """,
        ArgumentValues = ["bash", "zsh", "fish", "powershell"],
        Run = call =>
        {
            output().Write(call.Arguments[0] switch
            {
                "bash" => BashCompletion.Render(root()),
                "zsh" => ZshCompletion.Render(root()),
                "fish" => FishCompletion.Render(root()),
                _ => PowerShellCompletion.Render(root()),
            });
            return 0;
        },
    };
}
