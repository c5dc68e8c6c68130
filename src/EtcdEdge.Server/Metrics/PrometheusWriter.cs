using System.Buffers;
using System.Buffers.Text;

namespace EtcdEdge.Server.Metrics;

/// <summary>Writes lines of the text format into a buffer without allocating.</summary>
internal sealed class PrometheusWriter(IBufferWriter<byte> buffer)
{
    /// <summary>Room for any number: 24 characters of a double and the line feed.</summary>
    private const int NumberBytes = 32;

    public void Raw(ReadOnlySpan<byte> bytes) => buffer.Write(bytes);

    /// <summary>One sample: prefix, value, line feed.</summary>
    public void Line(ReadOnlySpan<byte> prefix, long value)
    {
        var span = Begin(prefix);
        Utf8Formatter.TryFormat(value, span[prefix.Length..], out var written);
        End(span, prefix.Length + written);
    }

    /// <summary>One sample: prefix, value, line feed.</summary>
    public void Line(ReadOnlySpan<byte> prefix, double value)
    {
        if (!double.IsFinite(value))
        {
            Raw(prefix);
            Raw(double.IsNaN(value) ? "NaN\n"u8 : value > 0 ? "+Inf\n"u8 : "-Inf\n"u8);
            return;
        }

        var span = Begin(prefix);
        Utf8Formatter.TryFormat(value, span[prefix.Length..], out var written);
        End(span, prefix.Length + written);
    }

    private Span<byte> Begin(ReadOnlySpan<byte> prefix)
    {
        var span = buffer.GetSpan(prefix.Length + NumberBytes);
        prefix.CopyTo(span);
        return span;
    }

    private void End(Span<byte> span, int length)
    {
        span[length] = (byte)'\n';
        buffer.Advance(length + 1);
    }
}
