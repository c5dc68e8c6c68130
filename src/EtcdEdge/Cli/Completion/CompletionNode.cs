namespace EtcdEdge.Cli.Completion;

/// <summary>What may follow the words of a command.</summary>
/// <param name="Words">The words of the command after the tool's name, joined by spaces; empty for the tool.</param>
/// <param name="Commands">Listed commands below.</param>
/// <param name="Flags">Own and inherited flags.</param>
/// <param name="Values">Of the argument, where it is one of a few words.</param>
internal sealed record CompletionNode(string Words, CliCommand[] Commands, CliFlag[] Flags, string[] Values)
{
    /// <summary>The nodes of a tool, itself first.</summary>
    public static IEnumerable<CompletionNode> Of(CliCommand root) => Of(root, "", []);

    private static IEnumerable<CompletionNode> Of(CliCommand command, string words, CliFlag[] inherited)
    {
        CliCommand[] children = [.. command.Children.Where(child => child.IsListed).OrderBy(child => child.Name, StringComparer.Ordinal)];
        CliFlag[] passed = [.. inherited, .. command.GlobalFlags];
        CliFlag[] flags = [.. command.Flags, .. passed, new CliFlag("help", "", $"help for {command.Name}", Short: 'h')];
        yield return new CompletionNode(words, children, [.. flags.Where(flag => !flag.IsHidden)], command.ArgumentValues);
        foreach (var child in children)
        {
            foreach (var node in Of(child, words.Length == 0 ? child.Name : $"{words} {child.Name}", passed))
            {
                yield return node;
            }
        }
    }
}
