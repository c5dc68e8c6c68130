using System.Buffers.Binary;
using EtcdEdge.Base;

namespace EtcdEdge.Storage.Wal;

/// <summary>
/// The unit that a disk writes completely or not at all: 512 bytes with their own checksum and the sequence number of their group. This distinguishes
/// "not written by this group" from "written and damaged" in the last group of the log.
/// </summary>
/// <remarks>Layout: crc u32 · stamp u64 (sequence × 2 + 1 in a group's first sector) · 500 bytes of payload.</remarks>
internal readonly record struct Sector(SectorKind Kind, ulong Sequence, bool IsFirst)
{
    public const int Size = 512;
    public const int HeadSize = 12;
    public const int PayloadSize = Size - HeadSize;
    private const int StampAt = 4;

    /// <summary>Whether this is the first sector of the group with this sequence number.</summary>
    public bool Begins(ulong sequence) => Kind == SectorKind.Whole && IsFirst && Sequence == sequence;

    /// <summary>Reads the sector at <paramref name="offset"/> of its file.</summary>
    public static Sector Read(ReadOnlySpan<byte> sector, long offset)
    {
        var stored = BinaryPrimitives.ReadUInt32LittleEndian(sector);
        if (stored == Checksum(sector, offset))
        {
            var stamp = BinaryPrimitives.ReadUInt64LittleEndian(sector[StampAt..]);
            return new Sector(SectorKind.Whole, stamp >> 1, (stamp & 1) != 0);
        }

        return new Sector(sector.ContainsAnyExcept((byte)0) ? SectorKind.Bad : SectorKind.Blank, 0, false);
    }

    /// <summary>Fills in the head of a sector whose payload is complete; returns its checksum.</summary>
    public static uint Stamp(Span<byte> sector, ulong sequence, bool isFirst, long offset)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(sector[StampAt..], (sequence << 1) | (isFirst ? 1UL : 0UL));
        var crc = Checksum(sector, offset);
        BinaryPrimitives.WriteUInt32LittleEndian(sector, crc);
        return crc;
    }

    public static uint StoredChecksum(ReadOnlySpan<byte> sector) => BinaryPrimitives.ReadUInt32LittleEndian(sector);

    /// <summary>How many sectors a payload of this many bytes takes.</summary>
    public static int CountFor(long payloadBytes) => (int)((payloadBytes + PayloadSize - 1) / PayloadSize);

    // The offset is part of the sum so that a write that landed elsewhere is not taken for what belongs there.
    private static uint Checksum(ReadOnlySpan<byte> sector, long offset) => Crc32C.Append(Crc32C.Append(0, (ulong)offset), sector[StampAt..Size]);
}
