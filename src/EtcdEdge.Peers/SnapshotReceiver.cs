using System.IO.Pipelines;
using System.Text;
using EtcdEdge.Base;
using EtcdEdge.Peers.Net;
using EtcdEdge.Peers.Tls;
using EtcdEdge.Raft.Model;

namespace EtcdEdge.Peers;

/// <summary>
/// Receives snapshots, one at a time for the whole member: a newer one cancels the older, because only one leader is worth listening to and
/// the older connection may be the remains of a dead one.
/// </summary>
public sealed class SnapshotReceiver(PeerContext context)
{
    private readonly Lock _lock = new();
    private CancellationTokenSource? _current;
    private Task _running = Task.CompletedTask;

    /// <summary>Runs a snapshot connection from <paramref name="from"/> to its end. Throws nothing the network can cause.</summary>
    public async Task RunAsync(ulong from, PeerConnection connection, CancellationToken cancel)
    {
        using var mine = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task before;
        lock (_lock)
        {
            _current?.Cancel();
            _current = mine;
            before = _running;
            _running = done.Task;
        }

        try
        {
            await before;
            await ReceiveAsync(from, connection, mine.Token);
        }
        finally
        {
            lock (_lock)
            {
                _current = _current == mine ? null : _current;
            }

            done.SetResult();
        }
    }

    private async Task ReceiveAsync(ulong from, PeerConnection connection, CancellationToken cancel)
    {
        var began = context.Time.GetTimestamp();
        var index = 0UL;
        context.Metrics.SnapshotReceiving(from);
        try
        {
            var reader = new FrameReader(PipeReader.Create(connection.Stream), context.Self.MaxFrameBytes);
            var message = await ReadMessageAsync(reader, from, cancel);
            index = message.Snapshot!.Index;
            context.Logger.SnapshotReceiving(from.ToString("x"), index);
            var bytes = await StoreAsync(message, reader, connection, cancel);
            context.Metrics.Received(from, reader.BytesRead);
            await SayVerdictAsync(connection, null, cancel);
            context.Metrics.SnapshotReceived(from, true, context.Time.GetElapsedTime(began));
            context.Logger.SnapshotReceived(from.ToString("x"), index, bytes, context.Time.GetElapsedTime(began));
        }
        catch (Exception error) when (error is not InvariantException)
        {
            context.Metrics.SnapshotReceived(from, false, context.Time.GetElapsedTime(began));
            context.Logger.SnapshotNotReceived(from.ToString("x"), index, error.Message);
            await SayVerdictAsync(connection, error.Message, CancellationToken.None);
            await LetReadAsync(connection);
        }
    }

    /// <summary>
    /// A connection that is closed over unread bytes is reset, and the result may be lost with it: the rest is read until the sender, which has read
    /// the result, closes.
    /// </summary>
    private static async Task LetReadAsync(PeerConnection connection)
    {
        using var patience = new CancellationTokenSource(PeerLimits.VerdictPatience);
        var rest = new byte[FrameHeader.Size + PeerLimits.SnapshotChunkBytes];
        try
        {
            while (await connection.Stream.ReadAsync(rest, patience.Token) > 0)
            {
            }
        }
        catch (Exception error) when (SessionLoops.IsExpected(error))
        {
            // The sender has closed the connection.
        }
    }

    private async ValueTask<Message> ReadMessageAsync(FrameReader reader, ulong from, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(TlsLimits.HandshakeTimeout);
        var header = await reader.NextAsync(patience.Token);
        if (header?.Kind != FrameKind.Message)
        {
            throw new ProtocolException("a snapshot connection begins with something else than its message");
        }

        var message = await PeerCodec.ReadAsync(reader, from, context.Self.MemberId, patience.Token);
        return message.Type == MessageType.Snapshot && message.Snapshot is not null
            ? message
            : throw new ProtocolException("a snapshot connection begins with a message that is no snapshot");
    }

    private async Task<long> StoreAsync(Message message, FrameReader reader, PeerConnection connection, CancellationToken cancel)
    {
        var data = new SnapshotReadStream(reader);
        await using (data)
        {
            var storing = context.SnapshotSink.ReceiveAsync(message, data, cancel);
            await KeepPatientAsync(storing, connection, cancel);
            await storing;
            return data.Ended ? data.Length : throw new ProtocolException("the snapshot was not read to its end");
        }
    }

    /// <summary>
    /// Reports to the sender from time to time that the state is still being stored. Ends with <paramref name="storing"/>, or when the sender has
    /// closed.
    /// </summary>
    private async Task KeepPatientAsync(Task storing, PeerConnection connection, CancellationToken cancel)
    {
        try
        {
            while (await Task.WhenAny(storing, Task.Delay(PeerLimits.SnapshotPatienceInterval, context.Time, cancel)) != storing)
            {
                await WriteFrameAsync(connection, FrameKind.SnapshotWorking, [], cancel);
            }
        }
        catch (Exception error) when (SessionLoops.IsExpected(error))
        {
            // The sink's stream fails too, so that it ends by itself.
        }
    }

    private static async Task SayVerdictAsync(PeerConnection connection, string? failure, CancellationToken cancel)
    {
        var text = Encoding.ASCII.GetBytes(failure ?? "");
        byte[] body = [failure is null ? (byte)0 : (byte)1, .. text.AsSpan(0, Math.Min(text.Length, PeerLimits.HelloBytes - 1))];
        try
        {
            await WriteFrameAsync(connection, FrameKind.SnapshotVerdict, body, cancel);
        }
        catch (Exception error) when (SessionLoops.IsExpected(error))
        {
            // The sender has closed; it counts a missing result as a failure, and Raft repeats the snapshot.
        }
    }

    private static async Task WriteFrameAsync(PeerConnection connection, FrameKind kind, byte[] body, CancellationToken cancel)
    {
        var frame = new byte[FrameHeader.Size + body.Length];
        new FrameHeader(body.Length, kind).WriteTo(frame);
        body.CopyTo(frame, FrameHeader.Size);
        await connection.Stream.WriteAsync(frame, cancel).AsTask().WaitAsync(PeerLimits.SnapshotStallTimeout, cancel);
        await connection.Stream.FlushAsync(cancel);
    }
}
