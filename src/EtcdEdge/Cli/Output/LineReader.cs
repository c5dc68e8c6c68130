namespace EtcdEdge.Cli.Output;

/// <summary>Lines of a stream as <see cref="RawText"/>, without reading more than the stream has.</summary>
internal sealed class LineReader(Stream stream)
{
    private readonly byte[] _buffer = new byte[4096];
    private int _start;
    private int _end;

    /// <summary>The next line without its end; null where the stream ends, also in the middle of a line.</summary>
    public string? ReadLine()
    {
        var (line, isWhole) = ReadPart();
        return isWhole ? line : null;
    }

    /// <summary>The next line, which the end of the stream may end; null for an empty rest.</summary>
    public string? ReadLastLine()
    {
        var (line, isWhole) = ReadPart();
        return isWhole || line.Length > 0 ? line : null;
    }

    public byte[] ReadToEnd()
    {
        using var all = new MemoryStream();
        all.Write(_buffer, _start, _end - _start);
        _start = _end;
        stream.CopyTo(all);
        return all.ToArray();
    }

    private (string Line, bool IsWhole) ReadPart()
    {
        var line = new List<byte>();
        while (_start < _end || Fill())
        {
            var rest = _buffer.AsSpan(_start, _end - _start);
            var newline = rest.IndexOf((byte)'\n');
            line.AddRange(newline < 0 ? rest : rest[..newline]);
            _start += newline < 0 ? rest.Length : newline + 1;
            if (newline >= 0)
            {
                return (RawText.Decode(line.ToArray()), true);
            }
        }

        return (RawText.Decode(line.ToArray()), false);
    }

    private bool Fill()
    {
        _start = 0;
        _end = stream.Read(_buffer, 0, _buffer.Length);
        return _end > 0;
    }
}
