namespace EtcdEdge.Server.Api.Gateway;

/// <summary>
/// Finds the end of a JSON value in a text that arrives in pieces. It examines every byte once, however small the pieces are. A value that is not an
/// object ends at its first byte: the parser reports the error.
/// </summary>
internal struct JsonBoundary
{
    private int _depth;
    private bool _inString;
    private bool _escaped;

    /// <summary>The number of bytes up to the end of the value, or -1 when it continues after these.</summary>
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
