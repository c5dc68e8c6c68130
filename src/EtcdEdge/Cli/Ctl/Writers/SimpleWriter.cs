using EtcdEdge.Api;
using EtcdEdge.Cli.Output;
using Google.Protobuf;

namespace EtcdEdge.Cli.Ctl.Writers;

/// <summary>The format "simple".</summary>
internal sealed class SimpleWriter(TextOutput output, bool isHex)
{
    /// <summary>True where keys are left out.</summary>
    public bool HasValuesOnly { get; init; }

    public TextOutput Output => output;

    public void Line(string text) => output.WriteLine(text);

    public SimpleWriter WithValuesOnly() => new(output, isHex) { HasValuesOnly = true };

    public void KeyValue(KeyValue pair)
    {
        if (!HasValuesOnly)
        {
            Bytes(pair.Key);
        }

        Bytes(pair.Value);
    }

    public void KeyValues(IEnumerable<KeyValue> pairs)
    {
        foreach (var pair in pairs)
        {
            KeyValue(pair);
        }
    }

    private void Bytes(ByteString bytes)
    {
        if (isHex)
        {
            foreach (var one in bytes.Span)
            {
                output.Write($"\\x{one:x2}");
            }
        }
        else
        {
            output.WriteBytes(bytes.Span);
        }

        output.WriteBytes("\n"u8);
    }
}
