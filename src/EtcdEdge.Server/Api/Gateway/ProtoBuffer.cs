using System.Buffers;

namespace EtcdEdge.Server.Api.Gateway;

/// <summary>A growing buffer of protobuf fields. A message inside a message is written in place, and its length put before it at its end.</summary>
internal sealed class ProtoBuffer
{
    private const int WireTypeBytes = 2;
    private byte[] _bytes = new byte[256];
    private int _length;

    public ReadOnlySequence<byte> Written => new(_bytes, 0, _length);

    public int Length => _length;

    public void Clear() => _length = 0;

    /// <summary>A number field; zeroes are written too, since JSON may name one in a oneof.</summary>
    public void Number(int field, ulong value)
    {
        Varint((ulong)(uint)field << 3);
        Varint(value);
    }

    /// <summary>A string, bytes or message field of known content.</summary>
    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Varint(((ulong)(uint)field << 3) | WireTypeBytes);
        Varint((ulong)value.Length);
        value.CopyTo(Room(value.Length));
        _length += value.Length;
    }

    /// <summary>A bytes field from its base64 text, padded; false and nothing written when it is none.</summary>
    public bool Base64(int field, ReadOnlySpan<byte> text)
    {
        var before = _length;
        var start = Begin(field);
        var room = Room(System.Buffers.Text.Base64.GetMaxDecodedFromUtf8Length(text.Length));
        var status = System.Buffers.Text.Base64.DecodeFromUtf8(text, room, out var consumed, out var written);
        if (status != OperationStatus.Done || consumed != text.Length)
        {
            _length = before;
            return false;
        }

        _length += written;
        End(start);
        return true;
    }

    /// <summary>Starts a message field; give the result to <see cref="End"/>.</summary>
    public int Begin(int field)
    {
        Varint(((ulong)(uint)field << 3) | WireTypeBytes);
        return _length;
    }

    /// <summary>Puts the length before what was written since <see cref="Begin"/>.</summary>
    public void End(int start)
    {
        var size = _length - start;
        Varint((ulong)size);
        var prefix = _length - start - size;
        Span<byte> length = stackalloc byte[Base.Varint.MaxBytes];
        _bytes.AsSpan(start + size, prefix).CopyTo(length);
        _bytes.AsSpan(start, size).CopyTo(_bytes.AsSpan(start + prefix));
        length[..prefix].CopyTo(_bytes.AsSpan(start));
    }

    private void Varint(ulong value)
    {
        var room = Room(Base.Varint.MaxBytes);
        _length += Base.Varint.Write(room, value);
    }

    private Span<byte> Room(int count)
    {
        if (_bytes.Length - _length < count)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + count));
        }

        return _bytes.AsSpan(_length);
    }
}
