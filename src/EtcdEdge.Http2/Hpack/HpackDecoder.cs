using System.Buffers;
using System.Text;

namespace EtcdEdge.Http2.Hpack;

/// <summary>Reads header blocks (RFC 7541) and keeps the client's table of headers. One thread at a time.</summary>
public sealed class HpackDecoder
{
    /// <summary>A ring: the newest field is at <see cref="_newest"/>, older ones follow.</summary>
    private readonly HeaderField?[] _fields = new HeaderField?[HpackLimits.HeaderTableBytes / HeaderField.Overhead];
    private int _newest;
    private int _count;
    private int _bytes;
    private int _maxBytes = HpackLimits.HeaderTableBytes;

    /// <summary>Adds the fields of a whole block to <paramref name="fields"/>.</summary>
    /// <exception cref="Http2Exception">The block is malformed: nothing of this connection can be read any more.</exception>
    public void Decode(ReadOnlySpan<byte> block, HeaderList fields)
    {
        var reader = new BlockReader(block);
        while (!reader.IsAtEnd)
        {
            var first = reader.Peek();
            if ((first & 0x80) != 0)
            {
                fields.Add(At(reader.Integer(prefixBits: 7)));
            }
            else if ((first & 0x40) != 0)
            {
                var field = Literal(ref reader, prefixBits: 6);
                Remember(field);
                fields.Add(field);
            }
            else if ((first & 0x20) != 0)
            {
                Resize(reader.Integer(prefixBits: 5), isFirst: fields.Count == 0);
            }
            else
            {
                fields.Add(Literal(ref reader, prefixBits: 4));
            }
        }
    }

    private HeaderField Literal(ref BlockReader reader, int prefixBits)
    {
        var index = reader.Integer(prefixBits);
        var name = index == 0 ? reader.Text() : At(index).Name;
        return new HeaderField(name, reader.Text());
    }

    private HeaderField At(int index)
    {
        if (index >= 1 && index <= StaticTable.Count)
        {
            return StaticTable.At(index);
        }

        var age = index - StaticTable.Count - 1;
        return index > 0 && age < _count
            ? _fields[(_newest + age) % _fields.Length]!
            : throw new Http2Exception(Http2Error.CompressionError, $"a reference to header field {index}, which is not in the table");
    }

    // A field larger than the table empties it, which is no error (section 4.4).
    private void Remember(HeaderField field)
    {
        Shrink(_maxBytes - field.Size);
        if (field.Size > _maxBytes)
        {
            return;
        }

        _newest = (_newest + _fields.Length - 1) % _fields.Length;
        _fields[_newest] = field;
        _bytes += field.Size;
        _count++;
    }

    private void Resize(int bytes, bool isFirst)
    {
        if (bytes > HpackLimits.HeaderTableBytes || !isFirst)
        {
            throw new Http2Exception(Http2Error.CompressionError, $"an update of the table of headers to {bytes} bytes where none is allowed");
        }

        _maxBytes = bytes;
        Shrink(bytes);
    }

    private void Shrink(int bytes)
    {
        while (_count > 0 && _bytes > bytes)
        {
            _count--;
            ref var oldest = ref _fields[(_newest + _count) % _fields.Length];
            _bytes -= oldest!.Size;
            oldest = null;
        }
    }

    /// <summary>Integers and strings of a block (sections 5.1 and 5.2).</summary>
    private ref struct BlockReader(ReadOnlySpan<byte> rest)
    {
        private const int LongestShift = 21;
        private const int StackBytes = 512;
        private ReadOnlySpan<byte> _rest = rest;

        public readonly bool IsAtEnd => _rest.IsEmpty;

        public readonly byte Peek() => _rest[0];

        public int Integer(int prefixBits)
        {
            var most = (1 << prefixBits) - 1;
            var value = Take() & most;
            if (value < most)
            {
                return value;
            }

            for (var shift = 0; shift <= LongestShift; shift += 7)
            {
                var next = Take();
                value += (next & 0x7F) << shift;
                if ((next & 0x80) == 0)
                {
                    return value;
                }
            }

            throw new Http2Exception(Http2Error.CompressionError, "a number that is longer than any use of it");
        }

        public string Text()
        {
            var isHuffman = !IsAtEnd && (Peek() & 0x80) != 0;
            var length = Integer(prefixBits: 7);
            if (length > _rest.Length)
            {
                throw CutOff();
            }

            var octets = _rest[..length];
            _rest = _rest[length..];
            return isHuffman ? Decoded(octets) : Encoding.Latin1.GetString(octets);
        }

        private static string Decoded(ReadOnlySpan<byte> octets)
        {
            var most = Huffman.MaxDecodedLength(octets.Length);
            var rented = most > StackBytes ? ArrayPool<byte>.Shared.Rent(most) : null;
            var decoded = rented is null ? stackalloc byte[StackBytes] : rented.AsSpan();
            var text = Encoding.Latin1.GetString(decoded[..Huffman.Decode(octets, decoded)]);
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }

            return text;
        }

        private byte Take()
        {
            if (_rest.IsEmpty)
            {
                throw CutOff();
            }

            var first = _rest[0];
            _rest = _rest[1..];
            return first;
        }

        private static Http2Exception CutOff() => new(Http2Error.CompressionError, "a header block that ends within a field");
    }
}
