using EtcdEdge.Cli.Output;
using Google.Protobuf;

namespace EtcdEdge.Cli.Ctl.Writers;

/// <summary>What a command prints, in each format that etcdctl has for it (etcd etcdctl/ctlv3/command/printer*.go).</summary>
internal sealed record Report
{
    public required Action<SimpleWriter> Simple { get; init; }

    /// <summary>Null: not supported.</summary>
    public Action<FieldsWriter>? Fields { get; init; }

    /// <summary>The response, for JSON and protobuf; null: <see cref="Json"/> or not supported.</summary>
    public IMessage? Message { get; init; }

    /// <summary>A JSON document that is not the response's own; null: the response.</summary>
    public Action<GoJson>? Json { get; init; }

    /// <summary>The type in Go's client of a response that is not a protobuf message there.</summary>
    public string? GoType { get; init; }

    /// <summary>Null: not supported.</summary>
    public TableRows? Table { get; init; }

    /// <exception cref="CliFailure">When the report does not have the format.</exception>
    public void Write(TextOutput output, OutputFormat format, bool isHex)
    {
        switch (format)
        {
            case OutputFormat.Simple:
                Simple(new SimpleWriter(output, isHex));
                break;
            case OutputFormat.Fields when Fields is not null:
                Fields(new FieldsWriter(output, isHex));
                break;
            case OutputFormat.Json when Json is not null || Message is not null:
                WriteJson(new GoJson(output) { IsHex = isHex });
                output.WriteLine();
                break;
            case OutputFormat.Protobuf when GoType is not null:
                throw new CliFailure(CliFailure.BadFeature, $"marshal unsupported for type {GoType}");
            case OutputFormat.Protobuf when Message is not null:
                output.WriteBytes(Message.ToByteArray());
                break;
            case OutputFormat.Table when Table is not null:
                output.Write(Output.Table.Render(Table.Heads, Table.Rows));
                break;
            default:
                throw new CliFailure(CliFailure.BadFeature, $"{OutputFormats.Name(format)} not supported as output format");
        }
    }

    private void WriteJson(GoJson json)
    {
        if (Json is not null)
        {
            Json(json);
        }
        else
        {
            json.Message(Message!);
        }
    }
}

/// <summary>A table, whose rows "simple" shows with commas.</summary>
internal sealed record TableRows(string[] Heads, string[][] Rows)
{
    public void WriteSimple(SimpleWriter writer)
    {
        foreach (var row in Rows)
        {
            writer.Line(string.Join(", ", row));
        }
    }
}
