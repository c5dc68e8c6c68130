namespace EtcdEdge.Cli.Ctl.Writers;

/// <summary>The formats of --write-out.</summary>
internal enum OutputFormat
{
    Simple,
    Fields,
    Json,
    Protobuf,
    Table,
}

internal static class OutputFormats
{
    /// <exception cref="CliFailure">For a word that is no format.</exception>
    public static OutputFormat Parse(string text) => text switch
    {
        "simple" => OutputFormat.Simple,
        "fields" => OutputFormat.Fields,
        "json" => OutputFormat.Json,
        "protobuf" => OutputFormat.Protobuf,
        "table" => OutputFormat.Table,
        _ => throw new CliFailure(CliFailure.BadFeature, "unsupported output format"),
    };

    public static string Name(OutputFormat format) => format switch
    {
        OutputFormat.Simple => "simple",
        OutputFormat.Fields => "fields",
        OutputFormat.Json => "json",
        OutputFormat.Protobuf => "protobuf",
        _ => "table",
    };
}
