using System.Text;

namespace EtcdEdge.Configuration;

/// <summary>Renders the table of FLAGS.md from the rows that the parser reads.</summary>
public static class FlagMarkdown
{
    /// <summary>One Markdown table: flag, default, etcd versions, what happens.</summary>
    public static string Render()
    {
        var text = new StringBuilder("| flag | default | etcd | here |\n|---|---|---|---|\n");
        foreach (var flag in FlagTable.All)
        {
            text.Append("| `--").Append(flag.Name).Append("` | ").Append(flag.Default.Length > 0 ? $"`{flag.Default}`" : "")
                .Append(" | ").Append(flag.Versions).Append(" | ").Append(What(flag)).Append(" |\n");
        }

        return text.ToString();
    }

    private static string What(Flag flag) => flag switch
    {
        { AliasOf.Length: > 0 } => $"reads as `--{flag.AliasOf}`, with a warning",
        { GateOf.Length: > 0 } => $"reads as feature gate `{flag.GateOf}`, with a warning",
        { FlagSupport: FlagSupport.AcceptedWithWarning } => $"accepted with a warning: {flag.Instead}",
        { FlagSupport: FlagSupport.Refused } => $"refused: {flag.Instead}",
        _ => "honoured",
    };
}
