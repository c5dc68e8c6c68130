namespace EtcdEdge.Server.Api.Gateway;

/// <summary>
/// Finds where a JSON value ends in a text that comes in pieces. It looks at every byte once, however small the pieces are. A value that is no
/// object ends at its first byte: whoever reads it says what is wrong.
/// </summary>
internal struct JsonBoundary
{
    private int _depth;
    private bool _inString;
    private bool _escaped;

    /// <summary>The number of bytes up to the end of the value, or -1 when it goes on behind these.</summary>
    public int EndIn(ReadOnlySpan<byte> piece)
    {
        for (var at = 0; at < piece.Length; at++)
        {
            if (Ends(piece[at]))
            {
                this = default;
                return at + 1;
            }
        }

        return -1;
    }

    private bool Ends(byte next)
    {
        if (_inString)
        {
            _inString = _escaped || next != '"';
            _escaped = !_escaped && next == '\\';
            return false;
        }

        switch (next)
        {
            case (byte)'{' or (byte)'[':
                _depth++;
                return false;
            case (byte)'}' or (byte)']':
                return --_depth <= 0;
            case (byte)'"' when _depth > 0:
                _inString = true;
                return false;
            default:
                return _depth == 0 && next is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n');
        }
    }
}
