using EtcdEdge.Cli.Output;

namespace EtcdEdge.Cli.Utl;

/// <summary>Prints a report of etcdutl in the format that -w names (etcd etcdutl/etcdutl/printer*.go).</summary>
/// <param name="Heads">Column heads of the table.</param>
/// <param name="Cells">Its one row, which simple shows with commas.</param>
/// <param name="Fields">Lines of the format "fields".</param>
/// <param name="Json">The JSON object.</param>
internal sealed record ReportOutput(string[] Heads, string[] Cells, string[] Fields, string Json)
{
    /// <summary>Refuses a format that no report has, before any work is done.</summary>
    /// <exception cref="CliFailure">With etcd's words.</exception>
    public static void Check(string format)
    {
        var complaint = format switch
        {
            "simple" or "fields" or "json" or "table" => null,
            "protobuf" => "protobuf not supported as output format",
            _ => "unsupported output format",
        };
        if (complaint is not null)
        {
            throw new CliFailure(CliFailure.BadFeature, complaint);
        }
    }

    public void Print(string format) => Console.Out.Write(format switch
    {
        "json" => Json + "\n",
        "table" => Table.Render(Heads, Cells),
        "fields" => string.Join('\n', Fields) + "\n",
        _ => string.Join(", ", Cells) + "\n",
    });
}
