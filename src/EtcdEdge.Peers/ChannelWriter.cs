using System.Buffers;
using System.IO.Pipelines;

namespace EtcdEdge.Peers;

/// <summary>
/// Writes one queue to one channel: takes what waits, encodes it, flushes once per <see cref="PeerLimits.FlushBytes"/> or when nothing more waits.
/// A flush waits while the receiver's window is full; then the queue fills and drops, never the caller.
/// </summary>
public static class ChannelWriter
{
    /// <summary>
    /// Runs until the queue is closed, the channel ends or <paramref name="cancel"/>. <paramref name="sent"/> receives the bytes of each flush.
    /// </summary>
    public static async Task RunAsync<T>(
        OutgoingQueue<T> queue, PipeWriter output, Action<IBufferWriter<byte>, T> encode, Action<long> sent, CancellationToken cancel)
    {
        while (await queue.WaitAsync(cancel))
        {
            while (queue.TryTake(out var item))
            {
                encode(output, item);
                if (output.UnflushedBytes >= PeerLimits.FlushBytes && !await FlushAsync(output, sent, cancel))
                {
                    return;
                }
            }

            if (!await FlushAsync(output, sent, cancel))
            {
                return;
            }
        }
    }

    private static async ValueTask<bool> FlushAsync(PipeWriter output, Action<long> sent, CancellationToken cancel)
    {
        var bytes = output.UnflushedBytes;
        var result = await output.FlushAsync(cancel);
        sent(bytes);
        return !result.IsCompleted;
    }
}
