using System.Buffers.Binary;
using System.Globalization;
using EtcdEdge.Api.Stored;
using EtcdEdge.Base;
using EtcdEdge.Snapshots.State;
using EtcdEdge.Storage;
using Google.Protobuf;

namespace EtcdEdge.Snapshots.EtcdFormat;

/// <summary>
/// A stopped etcd's write-ahead log (etcd server/storage/wal/doc.go): files of records, each a length with its padding in the top byte, a
/// walpb.Record, and zeros up to a multiple of eight; the checksums run on from record to record and file to file. A record that is cut off at the
/// very end was being written when the power went and had not been acknowledged.
/// </summary>
public sealed class EtcdLog
{
    private const int MetadataRecord = 1;
    private const int EntryRecord = 2;
    private const int StateRecord = 3;
    private const int ChecksumRecord = 4;
    private const int SnapshotRecord = 5;
    private const int LengthBytes = 8;
    private const int SectorBytes = 512;
    private readonly ulong _after;
    private readonly List<WalEntry> _entries = [];
    private uint _crc;

    private EtcdLog(ulong after) => _after = after;

    public WalMetadata Metadata { get; private set; } = new();

    public WalHardState HardState { get; private set; } = new();

    /// <summary>The entries after the requested index, without a gap among them.</summary>
    public IReadOnlyList<WalEntry> Entries => _entries;

    /// <summary>Reads the log; of its entries those behind <paramref name="after"/>.</summary>
    /// <exception cref="ImportException">It is missing, damaged, or does not reach back that far.</exception>
    public static EtcdLog Read(IDisk disk, string directory, ulong after)
    {
        string[] names = [.. NamesIn(disk, directory)];
        if (names.Length == 0)
        {
            throw new ImportException($"{directory} has no log of etcd (*.wal); if the log is elsewhere, name it with --wal-dir");
        }

        var log = new EtcdLog(after);
        for (var i = 0; i < names.Length; i++)
        {
            if (i > 0 && SequenceOf(names[i]) != SequenceOf(names[i - 1]) + 1)
            {
                throw new ImportException($"{directory} lacks a file between {names[i - 1]} and {names[i]}");
            }

            log.ReadFile(disk, Path.Combine(directory, names[i]), isLast: i == names.Length - 1);
        }

        return log;
    }

    private static IEnumerable<string> NamesIn(IDisk disk, string directory)
    {
        try
        {
            return disk.List(directory)
                .Where(name => name.Length == 37 && name.EndsWith(".wal", StringComparison.Ordinal) && SequenceOf(name) is not null);
        }
        catch (DiskException unreadable)
        {
            throw new ImportException(unreadable.Message, unreadable);
        }
    }

    private static ulong? SequenceOf(string name) =>
        ulong.TryParse(name.AsSpan(0, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var sequence) ? sequence : null;

    private void ReadFile(IDisk disk, string path, bool isLast)
    {
        try
        {
            using var file = disk.Open(path, DiskOpen.Read);
            long length = file.Length, at = 0;
            while (at + LengthBytes <= length && ReadFrame(file, path, at, length, isLast) is > 0 and var bytes)
            {
                at += bytes;
            }
        }
        catch (DiskException unreadable)
        {
            throw new ImportException(unreadable.Message, unreadable);
        }
    }

    /// <summary>Takes the record at <paramref name="at"/>; returns its whole length, or 0 behind the last one.</summary>
    private long ReadFrame(IDiskFile file, string path, long at, long length, bool isLast)
    {
        Span<byte> head = stackalloc byte[LengthBytes];
        file.Read(at, head);
        var field = BinaryPrimitives.ReadUInt64LittleEndian(head);
        if (field == 0)
        {
            return 0;
        }

        long recordBytes = (long)(field & 0x00FF_FFFF_FFFF_FFFF), padding = (long)field < 0 ? (long)(field >> 56) & 7 : 0;
        var end = at + LengthBytes + recordBytes + padding;
        if (recordBytes > EtcdFormatLimits.EtcdRecordBytesMax || end > length)
        {
            return isLast ? 0 : throw Damaged(path, at, "a record runs over the end of the file");
        }

        var bytes = new byte[recordBytes + padding];
        file.Read(at + LengthBytes, bytes);
        if (TakeRecord(bytes.AsMemory(0, (int)recordBytes)) is not { } complaint)
        {
            return end - at;
        }

        return isLast && IsTorn(bytes, at + LengthBytes) ? 0 : throw Damaged(path, at, complaint);
    }

    private static ImportException Damaged(string path, long at, string complaint) => new(
        string.Create(CultureInfo.InvariantCulture,
            $"{path} is damaged at byte {at}: {complaint}; import another member's data directory, or restore a snapshot"));

    // As etcd: a sector of zeros within a record was never written.
    private static bool IsTorn(ReadOnlySpan<byte> record, long at)
    {
        for (var from = 0; from < record.Length;)
        {
            var to = Math.Min(record.Length, from + SectorBytes - (int)((at + from) % SectorBytes));
            if (record[from..to].IndexOfAnyExcept((byte)0) < 0)
            {
                return true;
            }

            from = to;
        }

        return false;
    }

    /// <summary>Returns what is wrong with it.</summary>
    private string? TakeRecord(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var record = WalRecord.Parser.ParseFrom(bytes.Span);
            if (record.Type == ChecksumRecord)
            {
                var follows = _crc == 0 || record.Crc == _crc;
                _crc = record.Crc;
                return follows ? null : "it does not follow the file before it";
            }

            var crc = Crc32C.Append(_crc, record.Data.Span);
            if (crc != record.Crc)
            {
                return "a record does not match its checksum";
            }

            _crc = crc;
            return Take(record);
        }
        catch (InvalidProtocolBufferException)
        {
            return "a record is none";
        }
    }

    private string? Take(WalRecord record)
    {
        switch (record.Type)
        {
            case MetadataRecord:
                Metadata = WalMetadata.Parser.ParseFrom(record.Data);
                return null;
            case EntryRecord:
                return Append(WalEntry.Parser.ParseFrom(record.Data));
            case StateRecord:
                HardState = WalHardState.Parser.ParseFrom(record.Data);
                return null;
            case SnapshotRecord:
                return null;
            default:
                return string.Create(CultureInfo.InvariantCulture, $"there is a record of the unknown type {record.Type}");
        }
    }

    // An entry replaces all with the same or a higher index that came before it (Raft §5.3).
    private string? Append(WalEntry entry)
    {
        if (entry.Index <= _after)
        {
            _entries.Clear();
            return null;
        }

        var offset = entry.Index - _after - 1;
        if (offset > (ulong)_entries.Count)
        {
            return string.Create(CultureInfo.InvariantCulture, $"entry {entry.Index} comes without entry {_after + (ulong)_entries.Count + 1}");
        }

        _entries.RemoveRange((int)offset, _entries.Count - (int)offset);
        _entries.Add(entry);
        return null;
    }
}
