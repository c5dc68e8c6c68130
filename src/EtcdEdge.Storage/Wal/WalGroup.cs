using EtcdEdge.Base;
using EtcdEdge.Raft.Model;

namespace EtcdEdge.Storage.Wal;

/// <summary>
/// The records that one flush makes durable: entries and the hard state after them, encoded as on the disk. It belongs to the node loop while it is
/// open, to the disk thread from <see cref="WriteAheadLog.Seal"/> to the end of <see cref="WriteAheadLog.Write"/>, then to the node loop again until
/// <see cref="WriteAheadLog.Return"/>.
/// </summary>
public sealed class WalGroup
{
    private const int EntryHeadMax = 10 + 10 + 1 + 10;

    /// <summary>In an entry's type byte: the index does not follow the previous entry's and is written out.</summary>
    internal const byte IndexFollows = 0x80;

    private int _payload;

    internal WalGroup() => Buffer = new PageBuffer(WalLimits.GroupBufferInitial);

    /// <summary>The term and index of the last entry in it, in the order of appending; index 0 when it has none.</summary>
    public ulong LastTerm { get; private set; }

    /// <inheritdoc cref="LastTerm"/>
    public ulong LastIndex { get; private set; }

    /// <summary>Entries in it.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes it will take on the disk, before rounding up to a page.</summary>
    public int Bytes => Sector.CountFor(_payload) * Sector.Size;

    /// <summary>Raft's hard state once this is durable.</summary>
    public HardState HardState { get; internal set; }

    internal PageBuffer Buffer { get; }

    internal ulong Lowest { get; private set; }

    internal ulong Highest { get; private set; }

    internal void Clear()
    {
        _payload = GroupHeader.Size;
        (LastTerm, LastIndex, Lowest, Highest, Count) = (0, 0, 0, 0, 0);
        HardState = default;
    }

    internal void Append(ReadOnlySpan<Entry> entries)
    {
        Reserve(entries);
        foreach (ref readonly var entry in entries)
        {
            Put(entry);
        }
    }

    /// <summary>
    /// Finishes the bytes for the place they go to, zeroes the rest of the last unit, and returns how many bytes to write and the digest the
    /// next group must carry.
    /// </summary>
    internal (int Length, uint Digest) Stamp(ulong sequence, ulong segment, uint previous, long offset, int unit)
    {
        var header = new GroupHeader(_payload, segment, Lowest, Highest, (uint)Count, previous, HardState);
        header.Write(Buffer.Span[Sector.HeadSize..]);
        var length = (Bytes + unit - 1) / unit * unit;
        ClearPadding(length);
        uint digest = 0;
        for (var at = 0; at < Bytes; at += Sector.Size)
        {
            digest = Crc32C.Append(digest, Sector.Stamp(Buffer.Span.Slice(at, Sector.Size), sequence, at == 0, offset + at));
        }

        return (length, digest);
    }

    private void ClearPadding(int length)
    {
        Buffer.Reserve(length, Bytes);
        var used = _payload % Sector.PayloadSize;
        var end = used == 0 ? Bytes : Bytes - Sector.PayloadSize + used;
        Buffer.Span[end..length].Clear();
    }

    private void Reserve(ReadOnlySpan<Entry> entries)
    {
        long payload = _payload;
        foreach (ref readonly var entry in entries)
        {
            payload += EntryHeadMax + entry.Data.Length;
        }

        Invariant.Require(payload < WalLimits.GroupBytesMax / 2, "a group stays below the bound that the node loop's in-flight limit implies");
        var sectors = Sector.CountFor(payload);
        Buffer.Reserve(sectors * Sector.Size, Bytes);
    }

    private void Put(in Entry entry)
    {
        Span<byte> head = stackalloc byte[EntryHeadMax];
        var jumps = Count == 0 || entry.Index != LastIndex + 1;
        var length = Varint.Write(head, (ulong)entry.Data.Length);
        length += Varint.Write(head[length..], entry.Term);
        head[length++] = (byte)((byte)entry.Type | (jumps ? IndexFollows : 0));
        if (jumps)
        {
            length += Varint.Write(head[length..], entry.Index);
        }

        Put(head[..length]);
        Put(entry.Data.Span);
        Note(entry);
    }

    private void Note(in Entry entry)
    {
        Lowest = Count == 0 ? entry.Index : Math.Min(Lowest, entry.Index);
        Highest = Math.Max(Highest, entry.Index);
        (LastTerm, LastIndex) = (entry.Term, entry.Index);
        Count++;
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        var buffer = Buffer.Span;
        while (!bytes.IsEmpty)
        {
            var (sector, within) = Math.DivRem(_payload, Sector.PayloadSize);
            var count = Math.Min(bytes.Length, Sector.PayloadSize - within);
            bytes[..count].CopyTo(buffer[((sector * Sector.Size) + Sector.HeadSize + within)..]);
            bytes = bytes[count..];
            _payload += count;
        }
    }
}
