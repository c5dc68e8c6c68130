using System.Globalization;
using System.Text;

namespace EtcdEdge.Cli.Output;

/// <summary>
/// Buffered text and raw bytes to one stream. Text keeps the bytes that <see cref="RawText"/> escapes. Thread-safe for whole calls.
/// </summary>
internal sealed class TextOutput(Stream stream, bool isUnbuffered = false) : TextWriter(CultureInfo.InvariantCulture)
{
    private const int BufferSize = 64 * 1024;
    private const int BytesPerCharacter = 3;
    private readonly Lock _lock = new();
    private readonly byte[] _buffer = new byte[isUnbuffered ? 4096 : BufferSize];
    private int _used;

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => Write([value]);

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(ReadOnlySpan<char> buffer)
    {
        lock (_lock)
        {
            Append(buffer);
            FlushIfUnbuffered();
        }
    }

    public override void WriteLine() => Write("\n");

    public override void WriteLine(string? value)
    {
        lock (_lock)
        {
            Append(value);
            AppendBytes("\n"u8);
            FlushIfUnbuffered();
        }
    }

    public void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            AppendBytes(bytes);
            FlushIfUnbuffered();
        }
    }

    public override void Flush()
    {
        lock (_lock)
        {
            FlushBuffer();
        }
    }

    private void Append(ReadOnlySpan<char> text)
    {
        var most = _buffer.Length / BytesPerCharacter;
        while (!text.IsEmpty)
        {
            var part = text[..Math.Min(text.Length, most)];
            part = part.Length < text.Length && char.IsHighSurrogate(part[^1]) ? part[..^1] : part;
            if (_buffer.Length - _used < part.Length * BytesPerCharacter)
            {
                FlushBuffer();
            }

            _used += RawText.Encode(part, _buffer.AsSpan(_used));
            text = text[part.Length..];
        }
    }

    private void AppendBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _buffer.Length - _used)
        {
            FlushBuffer();
        }

        if (bytes.Length > _buffer.Length)
        {
            stream.Write(bytes);
            return;
        }

        bytes.CopyTo(_buffer.AsSpan(_used));
        _used += bytes.Length;
    }

    private void FlushIfUnbuffered()
    {
        if (isUnbuffered)
        {
            FlushBuffer();
        }
    }

    private void FlushBuffer()
    {
        var full = _buffer.AsSpan(0, _used);
        _used = 0;
        stream.Write(full);
    }
}
