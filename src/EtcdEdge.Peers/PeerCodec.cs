using System.Buffers;
using System.Buffers.Binary;
using EtcdEdge.Raft.Log;
using EtcdEdge.Raft.Membership;
using EtcdEdge.Raft.Model;

namespace EtcdEdge.Peers;

/// <summary>
/// Raft messages as bytes: a fixed header, a table of the entries, their data, and for a snapshot its point in the log (DESIGN.md). Sender and
/// receiver are not written: the connection determines them, so that no member can impersonate another. Entries carry no index: they follow <see
/// cref="Message.Index"/>. All numbers are little endian.
/// </summary>
public static class PeerCodec
{
    /// <summary>Size of the fixed head.</summary>
    public const int HeadSize = 56;

    /// <summary>Size of one entry in the table: term, length, type.</summary>
    public const int EntrySize = 13;

    private const byte RejectFlag = 1;
    private const byte ForceFlag = 2;
    private const byte SnapshotFlag = 4;

    /// <summary>Bytes of the body of <paramref name="message"/>.</summary>
    public static long BodySize(Message message)
    {
        var size = HeadSize + (long)message.Entries.Length * EntrySize;
        foreach (ref readonly var entry in message.Entries.Span)
        {
            size += entry.Data.Length;
        }

        return message.Snapshot is { } snapshot ? size + SnapshotSize(snapshot) : size;
    }

    /// <summary>Writes one frame. The only copy of the entries' data on the way to the connection's pipe.</summary>
    public static void Write(IBufferWriter<byte> output, Message message)
    {
        var header = new FrameHeader(checked((int)BodySize(message)), FrameKind.Message);
        var span = output.GetSpan(FrameHeader.Size + HeadSize);
        header.WriteTo(span);
        WriteHead(span[FrameHeader.Size..], message);
        output.Advance(FrameHeader.Size + HeadSize);
        WriteEntries(output, message);
        if (message.Snapshot is { } snapshot)
        {
            WriteSnapshot(output, snapshot);
        }
    }

    /// <summary>
    /// Reads the body of a message frame from member <paramref name="from"/>. Every entry gets an array of its own, because its data stays in the
    /// store long after that of its neighbours. Throws <see cref="ProtocolException"/>; never allocates more than the frame holds.
    /// </summary>
    public static async ValueTask<Message> ReadAsync(FrameReader reader, ulong from, ulong to, CancellationToken cancel)
    {
        var head = await reader.ReadHeadAsync(HeadSize, cancel);
        var (entryCount, hasSnapshot) = CheckHead(head.Span);
        var index = BinaryPrimitives.ReadUInt64LittleEndian(head.Span[16..]);
        ReadOnlyMemory<Entry> entries = entryCount > 0 ? await ReadEntriesAsync(reader, index, entryCount, cancel) : default;
        var snapshot = hasSnapshot ? ParseSnapshot(await reader.ReadRestAsync(cancel)) : null;
        reader.ExpectEnd();
        return ParseHead(head.Span, from, to, entries, snapshot);
    }

    private static void WriteHead(Span<byte> head, Message message)
    {
        head[0] = (byte)message.Type;
        head[1] = (byte)((message.Reject ? RejectFlag : 0) | (message.Force ? ForceFlag : 0) | (message.Snapshot is null ? 0 : SnapshotFlag));
        BinaryPrimitives.WriteUInt16LittleEndian(head[2..], 0);
        BinaryPrimitives.WriteInt32LittleEndian(head[4..], message.Entries.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(head[8..], message.Term);
        BinaryPrimitives.WriteUInt64LittleEndian(head[16..], message.Index);
        BinaryPrimitives.WriteUInt64LittleEndian(head[24..], message.LogTerm);
        BinaryPrimitives.WriteUInt64LittleEndian(head[32..], message.Commit);
        BinaryPrimitives.WriteUInt64LittleEndian(head[40..], message.RejectHint);
        BinaryPrimitives.WriteUInt64LittleEndian(head[48..], message.Context);
    }

    private static (int EntryCount, bool HasSnapshot) CheckHead(ReadOnlySpan<byte> head)
    {
        if ((MessageType)head[0] is < MessageType.Append or > MessageType.ReadIndexResponse)
        {
            throw new ProtocolException($"message of unknown type {head[0]}");
        }

        if ((head[1] & ~(RejectFlag | ForceFlag | SnapshotFlag)) != 0 || head[2] != 0 || head[3] != 0)
        {
            throw new ProtocolException("message with unknown flags");
        }

        var entryCount = BinaryPrimitives.ReadInt32LittleEndian(head[4..]);
        if (entryCount < 0 || entryCount > LogLimits.EntriesPerMessage)
        {
            throw new ProtocolException($"message with {(uint)entryCount} entries, at most {LogLimits.EntriesPerMessage} are allowed");
        }

        return (entryCount, (head[1] & SnapshotFlag) != 0);
    }

    private static Message ParseHead(
        ReadOnlySpan<byte> head, ulong from, ulong to, ReadOnlyMemory<Entry> entries, SnapshotMetadata? snapshot) => new()
        {
            Type = (MessageType)head[0],
            From = from,
            To = to,
            Reject = (head[1] & RejectFlag) != 0,
            Force = (head[1] & ForceFlag) != 0,
            Term = BinaryPrimitives.ReadUInt64LittleEndian(head[8..]),
            Index = BinaryPrimitives.ReadUInt64LittleEndian(head[16..]),
            LogTerm = BinaryPrimitives.ReadUInt64LittleEndian(head[24..]),
            Commit = BinaryPrimitives.ReadUInt64LittleEndian(head[32..]),
            RejectHint = BinaryPrimitives.ReadUInt64LittleEndian(head[40..]),
            Context = BinaryPrimitives.ReadUInt64LittleEndian(head[48..]),
            Entries = entries,
            Snapshot = snapshot,
        };

    private static void WriteEntries(IBufferWriter<byte> output, Message message)
    {
        foreach (ref readonly var entry in message.Entries.Span)
        {
            var row = output.GetSpan(EntrySize);
            BinaryPrimitives.WriteUInt64LittleEndian(row, entry.Term);
            BinaryPrimitives.WriteInt32LittleEndian(row[8..], entry.Data.Length);
            row[12] = (byte)entry.Type;
            output.Advance(EntrySize);
        }

        foreach (ref readonly var entry in message.Entries.Span)
        {
            output.Write(entry.Data.Span);
        }
    }

    private static async ValueTask<Entry[]> ReadEntriesAsync(FrameReader reader, ulong index, int count, CancellationToken cancel)
    {
        var tableSize = count * EntrySize;
        if (tableSize > reader.Remaining)
        {
            throw new ProtocolException($"message with {count} entries in {reader.Remaining} bytes");
        }

        var table = ArrayPool<byte>.Shared.Rent(tableSize);
        try
        {
            await reader.ReadAsync(table.AsMemory(0, tableSize), cancel);
            var entries = new Entry[count];
            for (var i = 0; i < count; i++)
            {
                entries[i] = ParseEntry(table.AsSpan(i * EntrySize, EntrySize), index + 1 + (ulong)i, reader.Remaining, out var data);
                await reader.ReadAsync(data, cancel);
            }

            return entries;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(table);
        }
    }

    private static Entry ParseEntry(ReadOnlySpan<byte> row, ulong index, int remaining, out byte[] data)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(row[8..]);
        var type = (EntryType)row[12];
        if (length < 0 || length > remaining)
        {
            throw new ProtocolException($"entry of {(uint)length} bytes where {remaining} are left");
        }

        if (type > EntryType.ConfChange)
        {
            throw new ProtocolException($"entry of unknown type {row[12]}");
        }

        data = length == 0 ? [] : GC.AllocateUninitializedArray<byte>(length);
        return new Entry(BinaryPrimitives.ReadUInt64LittleEndian(row), index, type, data);
    }

    private static long SnapshotSize(SnapshotMetadata snapshot)
    {
        var conf = snapshot.ConfState;
        return 17 + 4 * 4 + 8L * (conf.Voters.Count + conf.VotersOutgoing.Count + conf.Learners.Count + conf.LearnersNext.Count);
    }

    private static void WriteSnapshot(IBufferWriter<byte> output, SnapshotMetadata snapshot)
    {
        var span = output.GetSpan(17);
        BinaryPrimitives.WriteUInt64LittleEndian(span, snapshot.Index);
        BinaryPrimitives.WriteUInt64LittleEndian(span[8..], snapshot.Term);
        span[16] = snapshot.ConfState.AutoLeave ? (byte)1 : (byte)0;
        output.Advance(17);
        WriteIds(output, snapshot.ConfState.Voters);
        WriteIds(output, snapshot.ConfState.VotersOutgoing);
        WriteIds(output, snapshot.ConfState.Learners);
        WriteIds(output, snapshot.ConfState.LearnersNext);
    }

    private static void WriteIds(IBufferWriter<byte> output, IReadOnlyList<ulong> ids)
    {
        var size = 4 + 8 * ids.Count;
        var span = output.GetSpan(size);
        BinaryPrimitives.WriteInt32LittleEndian(span, ids.Count);
        for (var i = 0; i < ids.Count; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(span[(4 + 8 * i)..], ids[i]);
        }

        output.Advance(size);
    }

    private static SnapshotMetadata ParseSnapshot(ReadOnlySpan<byte> source)
    {
        if (source.Length < 17 || source[16] > 1)
        {
            throw new ProtocolException("malformed snapshot metadata");
        }

        var index = BinaryPrimitives.ReadUInt64LittleEndian(source);
        var term = BinaryPrimitives.ReadUInt64LittleEndian(source[8..]);
        var autoLeave = source[16] == 1;
        source = source[17..];
        var conf = new ConfState
        {
            Voters = ParseIds(ref source),
            VotersOutgoing = ParseIds(ref source),
            Learners = ParseIds(ref source),
            LearnersNext = ParseIds(ref source),
            AutoLeave = autoLeave,
        };
        if (!source.IsEmpty)
        {
            throw new ProtocolException($"snapshot metadata has {source.Length} bytes too many");
        }

        return new SnapshotMetadata(index, term, conf);
    }

    private static ulong[] ParseIds(ref ReadOnlySpan<byte> source)
    {
        var count = source.Length < 4 ? -1 : BinaryPrimitives.ReadInt32LittleEndian(source);
        if (count < 0 || count > PeerLimits.MembersPerConfState || source.Length < 4 + 8 * count)
        {
            throw new ProtocolException("malformed membership in snapshot metadata");
        }

        var ids = new ulong[count];
        for (var i = 0; i < count; i++)
        {
            ids[i] = BinaryPrimitives.ReadUInt64LittleEndian(source[(4 + 8 * i)..]);
        }

        source = source[(4 + 8 * count)..];
        return ids;
    }
}
