using System.IO.Pipelines;
using EtcdEdge.Configuration;
using EtcdEdge.Peers.Net;
using EtcdEdge.Raft.Model;

namespace EtcdEdge.Peers;

/// <summary>
/// Sends snapshots to one member, one at a time, each over a connection of its own: a newer one cancels the older. A failed one is
/// reported and not resumed; Raft decides whether and which snapshot to send next.
/// </summary>
public sealed class SnapshotSender(ulong peer, PeerContext context, PeerConnector connector, Func<IReadOnlyList<ListenUrl>> urls) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private CancellationTokenSource? _current;
    private Task _running = Task.CompletedTask;
    private bool _disposed;

    /// <summary>Captures the state on the caller's thread and sends it on others. Never blocks, never throws.</summary>
    public void Start(Message message)
    {
        var write = context.SnapshotSource.Capture(message);
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            _current?.Cancel();
            var cancel = _current = new CancellationTokenSource();
            var before = _running;
            _running = Task.Run(() => RunAsync(before, message, write, cancel.Token));
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task running;
        lock (_lock)
        {
            _disposed = true;
            _current?.Cancel();
            running = _running;
        }

        await running;
    }

    private async Task RunAsync(Task before, Message message, Func<Stream, CancellationToken, Task> write, CancellationToken cancel)
    {
        await before;
        if (cancel.IsCancellationRequested)
        {
            return;
        }

        var began = context.Time.GetTimestamp();
        context.Metrics.SnapshotSending(peer);
        var failure = await TrySendAsync(message, write, cancel);
        context.Metrics.SnapshotSent(peer, failure is null, context.Time.GetElapsedTime(began));
        if (cancel.IsCancellationRequested)
        {
            return;
        }

        if (failure is not null)
        {
            context.Logger.SnapshotNotSent(peer.ToString("x"), message.Snapshot!.Index, failure);
        }

        context.Handlers.SnapshotSent(peer, failure is null);
    }

    /// <summary>Null when the receiver installed it, or why not.</summary>
    private async Task<string?> TrySendAsync(Message message, Func<Stream, CancellationToken, Task> write, CancellationToken cancel)
    {
        try
        {
            var url = urls() is [var first, ..] ? first : throw new IOException("the member has no peer URL");
            context.Logger.SnapshotSending(peer.ToString("x"), message.Snapshot!.Index);
            var began = context.Time.GetTimestamp();
            var (connection, _) = await connector.ConnectAsync(peer, url, ConnectionKind.Snapshot, cancel);
            using (connection)
            {
                var bytes = await SendAsync(connection, message, write, cancel);
                context.Logger.SnapshotWasSent(peer.ToString("x"), message.Snapshot.Index, bytes, context.Time.GetElapsedTime(began));
                return null;
            }
        }
        catch (Exception error) when (SessionLoops.IsExpected(error))
        {
            return error.Message;
        }
    }

    private static async Task<long> SendAsync(
        PeerConnection connection, Message message, Func<Stream, CancellationToken, Task> write, CancellationToken cancel)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var verdict = AwaitVerdictAsync(new FrameReader(PipeReader.Create(connection.Stream), PeerLimits.HelloBytes), ending.Token);
        var sending = WriteAsync(connection, message, write, ending.Token);
        try
        {
            // A receiver that cannot store the state reports it before it has read all of it.
            await await Task.WhenAny(sending, verdict);
            await verdict;
            return await sending;
        }
        finally
        {
            await ending.CancelAsync();
            await Task.WhenAll(sending, verdict).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<long> WriteAsync(
        PeerConnection connection, Message message, Func<Stream, CancellationToken, Task> write, CancellationToken cancel)
    {
        var output = PipeWriter.Create(connection.Stream, new StreamPipeWriterOptions(leaveOpen: true));
        PeerCodec.Write(output, message);
        await output.FlushAsync(cancel);
        var data = new SnapshotWriteStream(connection.Stream);
        await using (data)
        {
            await write(data, cancel);
            await data.EndAsync(cancel);
        }

        return data.Length;
    }

    // The receiver reports every few seconds that it is still storing, however slow its disk is.
    private static async Task AwaitVerdictAsync(FrameReader reader, CancellationToken cancel)
    {
        while (true)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            patience.CancelAfter(PeerLimits.SnapshotStallTimeout);
            var header = await reader.NextAsync(patience.Token) ?? throw new IOException("the receiver closed the connection without a verdict");
            var body = await reader.ReadRestAsync(patience.Token);
            if (header.Kind == FrameKind.SnapshotWorking)
            {
                continue;
            }

            if (header.Kind != FrameKind.SnapshotVerdict || body.Length == 0)
            {
                throw new ProtocolException($"frame of kind {(byte)header.Kind} where the verdict comes");
            }

            if (body[0] != 0)
            {
                throw new IOException("the receiver says: " + Hello.PrintableText(body.AsSpan(1)));
            }

            return;
        }
    }
}
