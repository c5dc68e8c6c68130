// Goal: what one member writes the other reads, and nothing else is ever read out of bytes. Method: random messages there and back; every
// message cut at every byte and damaged at every byte must give a message or a ProtocolException, never another error and never more memory
// than the frame.

using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using CsCheck;
using EtcdEdge.Peers;
using EtcdEdge.Raft.Membership;
using EtcdEdge.Raft.Model;
using Xunit;

namespace EtcdEdge.Server.Tests.Peers;

public sealed class PeerCodecTests
{
    private static readonly Gen<ulong> s_number = Gen.OneOf(Gen.ULong[0, 300], Gen.ULong, Gen.Const(ulong.MaxValue));

    private static readonly Gen<Entry[]> s_entries =
        Gen.Select(s_number, Gen.Bool, Gen.Byte.Array[0, 300], (term, isChange, data) => (term, isChange, data)).Array[0, 12]
            .Select(rows => rows.Select((row, i) =>
                new Entry(row.term, (ulong)i, row.isChange ? EntryType.ConfChange : EntryType.Normal, row.data)).ToArray());

    private static readonly Gen<SnapshotMetadata?> s_snapshots =
        Gen.Select(s_number, s_number, Gen.ULong[1, 9].Array[0, 4], Gen.Bool, Gen.Bool, (index, term, ids, autoLeave, isThere) =>
            isThere ? new SnapshotMetadata(index, term, new ConfState { Voters = ids, LearnersNext = [7, 8], AutoLeave = autoLeave }) : null);

    private static readonly Gen<Message> s_anyMessage =
        Gen.Select(Gen.Int[1, 12], s_number.Array[6], Gen.Bool, Gen.Bool, s_entries, s_snapshots, (type, numbers, reject, force, entries, snapshot) =>
            new Message
            {
                Type = (MessageType)type,
                From = 1,
                To = 2,
                Term = numbers[0],
                Index = numbers[1],
                LogTerm = numbers[2],
                Commit = numbers[3],
                RejectHint = numbers[4],
                Context = numbers[5],
                Reject = reject,
                Force = force,
                Snapshot = snapshot,
                Entries = entries.Select((entry, i) => entry with { Index = numbers[1] + 1 + (ulong)i }).ToArray(),
            });

    [Fact]
    public void A_message_is_read_as_it_was_written() =>
        s_anyMessage.Sample(message => Messages.AssertEqual(message, Read(Write(message))));

    [Fact]
    public void A_message_is_read_whatever_the_pieces_it_arrives_in() =>
        Gen.Select(s_anyMessage, Gen.Int[1, 50]).Sample((message, piece) => Messages.AssertEqual(message, Read(Write(message), piece)));

    [Fact]
    public void The_body_size_is_what_is_written() =>
        s_anyMessage.Sample(message => Assert.Equal(FrameHeader.Size + PeerCodec.BodySize(message), Write(message).Length));

    [Fact]
    public void Every_entry_has_an_array_of_its_own()
    {
        var message = Read(Write(Messages.Append(1, 2, 10, 40, 3)));
        foreach (var entry in message.Entries.ToArray())
        {
            Assert.True(System.Runtime.InteropServices.MemoryMarshal.TryGetArray(entry.Data, out var segment));
            Assert.Equal(40, segment.Array!.Length);
        }
    }

    [Fact]
    public void A_message_cut_anywhere_is_refused()
    {
        var whole = Write(Messages.Append(1, 2, 10, 5, 3));
        for (var length = 1; length < whole.Length; length++)
        {
            Assert.Throws<ProtocolException>(() => Read(whole[..length]));
        }
    }

    [Fact]
    public void Damage_at_any_byte_gives_another_message_or_a_refusal()
    {
        foreach (var whole in new[] { Write(Messages.Append(1, 2, 10, 5, 3)), Write(Messages.Snapshot(1, 2, 9)) })
        {
            for (var i = 0; i < whole.Length * 8; i++)
            {
                var damaged = (byte[])whole.Clone();
                damaged[i / 8] ^= (byte)(1 << (i % 8));
                ReadAnything(damaged);
            }
        }
    }

    [Fact]
    public void Random_bytes_give_a_message_or_a_refusal() =>
        Gen.Byte.Array[0, 400].Sample(bytes => ReadAnything(Frame(bytes)));

    [Fact]
    public void A_frame_over_the_bound_is_refused_before_anything_is_allocated()
    {
        var header = new byte[FrameHeader.Size];
        BinaryPrimitives.WriteInt32LittleEndian(header, int.MaxValue);
        Assert.Throws<ProtocolException>(() => Read(header));
    }

    [Fact]
    public void More_entries_than_the_frame_holds_are_refused()
    {
        var bytes = Write(Messages.Heartbeat(1, 2, 5));
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(FrameHeader.Size + 4), 16_000);
        Assert.Throws<ProtocolException>(() => Read(bytes));
    }

    [Fact]
    public void The_format_does_not_change()
    {
        var message = new Message
        {
            Type = MessageType.Append,
            From = 1,
            To = 2,
            Term = 0x11,
            Index = 0x22,
            LogTerm = 0x33,
            Commit = 0x44,
            RejectHint = 0x55,
            Context = 0x66,
            Reject = true,
            Entries = new[] { new Entry(0x77, 0x23, EntryType.ConfChange, new byte[] { 0xAA, 0xBB }) },
        };
        Assert.Equal(
            "47000000" + "01" // 71 bytes, a message
            + "01010000" + "01000000" // an append, rejected; one entry
            + "1100000000000000" + "2200000000000000" + "3300000000000000" + "4400000000000000" + "5500000000000000" + "6600000000000000"
            + "7700000000000000" + "02000000" + "01" // term, two bytes, a configuration change
            + "AABB",
            Convert.ToHexString(Write(message)));
    }

    private static byte[] Write(Message message)
    {
        var output = new ArrayBufferWriter<byte>();
        PeerCodec.Write(output, message);
        return output.WrittenSpan.ToArray();
    }

    private static byte[] Frame(byte[] body)
    {
        var frame = new byte[FrameHeader.Size + body.Length];
        new FrameHeader(body.Length, FrameKind.Message).WriteTo(frame);
        body.CopyTo(frame, FrameHeader.Size);
        return frame;
    }

    private static void ReadAnything(byte[] bytes)
    {
        try
        {
            Read(bytes);
        }
        catch (ProtocolException)
        {
            // One of the two allowed outcomes.
        }
    }

    // Everything is there already, so nothing waits.
    private static Message Read(byte[] bytes, int piece = int.MaxValue)
    {
        var reader = new FrameReader(PipeReader.Create(Pieces.Of(bytes, piece)), PeerLimits.MaxFrameBytes);
        var header = reader.NextAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult();
        Assert.NotNull(header);
        return PeerCodec.ReadAsync(reader, 1, 2, CancellationToken.None).AsTask().GetAwaiter().GetResult();
    }
}
