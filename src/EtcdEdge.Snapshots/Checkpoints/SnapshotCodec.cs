using System.Buffers.Binary;
using EtcdEdge.Base;
using EtcdEdge.Snapshots.State;
using EtcdEdge.StateMachine;
using EtcdEdge.StateMachine.Proto;

namespace EtcdEdge.Snapshots.Checkpoints;

/// <summary>
/// A whole state on a stream, as members send it to each other: head, segments in the order of their revisions, end. Each frame is length (4) · kind
/// (1) · CRC-32C of the payload (4) · payload, little endian; the end carries the number of records (8) and etcd's HashKV (4). Both sides hold one
/// segment at a time.
/// </summary>
public static class SnapshotCodec
{
    private const int FrameHeaderBytes = 9;
    private const byte HeadKind = 1;
    private const byte SegmentKind = 2;
    private const byte EndKind = 3;
    private const int EndBytes = 12;

    /// <summary>Writes the state; the stream's speed is the writer's.</summary>
    public static async Task WriteAsync(Stream output, CapturedSnapshot captured, CancellationToken cancel)
    {
        var head = CheckpointHead.Of(captured);
        await WriteFrameAsync(output, HeadKind, head.Encode(), cancel);
        var root = captured.State.Root;
        foreach (var (_, bytes) in CheckpointPlan.Whole(root.History, root.RecordCount).Segments(static () => false))
        {
            await WriteFrameAsync(output, SegmentKind, bytes, cancel);
        }

        root.HashKv(0, out var hash);
        var end = new byte[EndBytes];
        BinaryPrimitives.WriteInt64LittleEndian(end, head.Records);
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(8), hash.Hash);
        await WriteFrameAsync(output, EndKind, end, cancel);
        await output.FlushAsync(cancel);
    }

    /// <summary>
    /// Reads a state to its end into a checkpoint file of its own, durable when this returns and not current yet (see <see
    /// cref="MemberCheckpoints.Install"/>), and into the empty state machine behind <paramref name="applier"/>.
    /// </summary>
    /// <exception cref="IOException">The stream ended early, or the disk refused. Nothing remains.</exception>
    /// <exception cref="MalformedMessageException">What came is not a state.</exception>
    public static async Task<SnapshotReceipt> ReceiveAsync(Stream input, MemberCheckpoints checkpoints, Applier applier, CancellationToken cancel)
    {
        var (kind, payload) = await ReadFrameAsync(input, cancel);
        var head = kind == HeadKind ? CheckpointHead.Decode(payload) : throw new MalformedMessageException("a state begins with its head");
        applier.BeginRestore(head.State);
        var received = new SnapshotReceipt(checkpoints.Store.Receive(), head, applier);
        try
        {
            while (true)
            {
                (kind, payload) = await ReadFrameAsync(input, cancel);
                if (kind != SegmentKind)
                {
                    break;
                }

                received.Add(payload);
            }

            if (kind != EndKind || payload.Length != EndBytes)
            {
                throw new MalformedMessageException("a state ends with its count and hash");
            }

            var records = BinaryPrimitives.ReadInt64LittleEndian(payload);
            received.Complete(checkpoints.Store, records, BinaryPrimitives.ReadUInt32LittleEndian(payload.AsSpan(8)));
            return received;
        }
        catch
        {
            received.Dispose();
            throw;
        }
    }

    private static async Task WriteFrameAsync(Stream output, byte kind, byte[] payload, CancellationToken cancel)
    {
        var header = new byte[FrameHeaderBytes];
        BinaryPrimitives.WriteInt32LittleEndian(header, payload.Length);
        header[4] = kind;
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(5), Crc32C.Of(payload));
        await output.WriteAsync(header, cancel);
        await output.WriteAsync(payload, cancel);
    }

    private static async Task<(byte Kind, byte[] Payload)> ReadFrameAsync(Stream input, CancellationToken cancel)
    {
        var header = new byte[FrameHeaderBytes];
        await input.ReadExactlyAsync(header, cancel);
        var length = BinaryPrimitives.ReadInt32LittleEndian(header);
        if (length is < 0 or > CheckpointFileLimits.StateFrameBytesMax)
        {
            throw new MalformedMessageException("a frame of a state is longer than any can be");
        }

        var payload = new byte[length];
        await input.ReadExactlyAsync(payload, cancel);
        return BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(5)) == Crc32C.Of(payload)
            ? (header[4], payload)
            : throw new MalformedMessageException("a frame of a state does not match its checksum");
    }
}
