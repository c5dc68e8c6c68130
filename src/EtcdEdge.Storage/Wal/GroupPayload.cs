using EtcdEdge.Raft.Model;

namespace EtcdEdge.Storage.Wal;

/// <summary>Walks the payload of a whole group over the heads of its sectors.</summary>
internal ref struct GroupPayload
{
    private readonly ReadOnlySpan<byte> _sectors;
    private readonly int _length;
    private int _position;
    private ulong _nextIndex;

    public GroupPayload(ReadOnlySpan<byte> sectors, int payloadLength)
    {
        _sectors = sectors;
        _length = payloadLength;
        _position = GroupHeader.Size;
    }

    public readonly bool AtEnd => _position == _length;

    /// <summary>
    /// Reads one entry, without its data if its index is below <paramref name="firstWanted"/>; false when the bytes make no sense, which behind
    /// intact checksums is a bug of the writer.
    /// </summary>
    public bool TryRead(ulong firstWanted, out Entry entry)
    {
        entry = default;
        if (!TryVarint(out var length) || !TryVarint(out var term) || !TryByte(out var type))
        {
            return false;
        }

        var index = _nextIndex;
        if ((type & WalGroup.IndexFollows) != 0 && !TryVarint(out index))
        {
            return false;
        }

        if (length > (ulong)(_length - _position))
        {
            return false;
        }

        _nextIndex = index + 1;
        entry = new Entry(term, index, (EntryType)(type & ~WalGroup.IndexFollows), index < firstWanted ? Skip((int)length) : Copy((int)length));
        return true;
    }

    private ReadOnlyMemory<byte> Skip(int length)
    {
        _position += length;
        return ReadOnlyMemory<byte>.Empty;
    }

    // One array per entry: the store keeps slices of it as long as the values exist, and a shared one would retain unused neighbours.
    private ReadOnlyMemory<byte> Copy(int length)
    {
        if (length == 0)
        {
            return ReadOnlyMemory<byte>.Empty;
        }

        var data = GC.AllocateUninitializedArray<byte>(length);
        for (var done = 0; done < length;)
        {
            var run = Run(length - done);
            run.CopyTo(data.AsSpan(done));
            done += run.Length;
            _position += run.Length;
        }

        return data;
    }

    private bool TryVarint(out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (!TryByte(out var b))
            {
                return false;
            }

            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
            {
                return true;
            }
        }

        return false;
    }

    private bool TryByte(out byte value)
    {
        value = 0;
        if (_position >= _length)
        {
            return false;
        }

        value = Run(1)[0];
        _position++;
        return true;
    }

    private readonly ReadOnlySpan<byte> Run(int wanted)
    {
        var (sector, within) = Math.DivRem(_position, Sector.PayloadSize);
        return _sectors.Slice((sector * Sector.Size) + Sector.HeadSize + within, Math.Min(wanted, Sector.PayloadSize - within));
    }
}
