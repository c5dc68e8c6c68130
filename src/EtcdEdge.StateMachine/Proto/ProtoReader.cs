namespace EtcdEdge.StateMachine.Proto;

/// <summary>
/// Walks the fields of one protobuf message and returns byte fields as slices of the message. The caller switches on <see cref="Tag"/>, the field's
/// number and wire type together, and calls <see cref="Skip()"/> for every unknown tag: a known number with another wire type is an unknown field, as
/// in protobuf's own parsers. Every other error throws <see cref="MalformedMessageException"/>.
/// </summary>
internal ref struct ProtoReader(ReadOnlyMemory<byte> message)
{
    public const int Varint = 0;
    public const int Fixed64 = 1;
    public const int Bytes = 2;
    public const int StartGroup = 3;
    public const int EndGroup = 4;
    public const int Fixed32 = 5;

    private readonly ReadOnlyMemory<byte> _message = message;
    private readonly ReadOnlySpan<byte> _span = message.Span;
    private int _at;

    /// <summary>The current field's number shifted by three, plus its wire type.</summary>
    public uint Tag { get; private set; }

    /// <summary>The offset of the next unread byte.</summary>
    public readonly int Position => _at;

    /// <summary>Moves to the next field; false at the message's end.</summary>
    public bool Next()
    {
        if (_at == _span.Length)
        {
            return false;
        }

        Tag = (uint)ReadVarint();
        if (Tag >> 3 == 0)
        {
            throw new MalformedMessageException("field number 0");
        }

        return true;
    }

    public long ReadInt64() => (long)ReadVarint();

    public int ReadEnum() => (int)ReadVarint();

    public bool ReadBool() => ReadVarint() != 0;

    public ulong ReadVarint()
    {
        if (_at < _span.Length && _span[_at] < 0x80)
        {
            return _span[_at++];
        }

        return ReadLongVarint();
    }

    /// <summary>A bytes, string or message field: a slice, not a copy.</summary>
    public ReadOnlyMemory<byte> ReadBytes()
    {
        var length = ReadVarint();
        if (length > (ulong)(_span.Length - _at))
        {
            throw new MalformedMessageException("unexpected EOF");
        }

        var bytes = _message.Slice(_at, (int)length);
        _at += (int)length;
        return bytes;
    }

    public void Skip() => Skip(0);

    private void Skip(int depth)
    {
        switch (Tag & 7)
        {
            case Varint: ReadVarint(); break;
            case Fixed64: Advance(8); break;
            case Bytes: ReadBytes(); break;
            case StartGroup: SkipGroup(Tag >> 3, depth); break;
            case Fixed32: Advance(4); break;
            default: throw new MalformedMessageException("a wire type that does not exist, or an end without a group");
        }
    }

    private void SkipGroup(uint number, int depth)
    {
        if (depth == ProtoLimits.MessageDepth)
        {
            throw new MalformedMessageException("groups nested too deeply");
        }

        while (Next())
        {
            if ((Tag & 7) != EndGroup)
            {
                Skip(depth + 1);
                continue;
            }

            if (Tag >> 3 != number)
            {
                throw new MalformedMessageException("a group ends with another's number");
            }

            return;
        }

        throw new MalformedMessageException("a group does not end");
    }

    private void Advance(int count)
    {
        if (count > _span.Length - _at)
        {
            throw new MalformedMessageException("unexpected EOF");
        }

        _at += count;
    }

    private ulong ReadLongVarint()
    {
        if (Base.Varint.TryRead(_span[_at..], out var value, out var length))
        {
            _at += length;
            return value;
        }

        throw new MalformedMessageException(length == Base.Varint.MaxBytes ? "a number has more than ten bytes" : "unexpected EOF");
    }
}
