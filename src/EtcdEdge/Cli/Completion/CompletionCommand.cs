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
        Flags = [new CliFlag("no-descriptions", "", "disable completion descriptions") { IsHidden = true }],
        ArgumentValues = ["bash", "zsh", "fish", "powershell"],
        Run = call =>
        {
            var tree = call.IsOn("no-descriptions") ? WithoutDescriptions(root()) : root();
            output().Write(call.Arguments[0] switch
            {
                "bash" => BashCompletion.Render(tree),
                "zsh" => ZshCompletion.Render(tree),
                "fish" => FishCompletion.Render(tree),
                _ => PowerShellCompletion.Render(tree),
            });
            return 0;
        },
    };

    private static CliCommand WithoutDescriptions(CliCommand command) => new()
    {
        Name = command.Name,
        Short = "",
        IsHidden = !command.IsListed,
        Flags = [.. command.Flags.Select(flag => flag with { Description = "" })],
        GlobalFlags = [.. command.GlobalFlags.Select(flag => flag with { Description = "" })],
        ArgumentValues = command.ArgumentValues,
        Children = [.. command.Children.Select(WithoutDescriptions)],
    };
}
