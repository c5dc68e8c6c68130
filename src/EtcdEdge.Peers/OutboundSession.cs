using System.Buffers.Binary;
using EtcdEdge.Base;
using EtcdEdge.Raft.Model;

namespace EtcdEdge.Peers;

/// <summary>
/// One connection that this member dialled: it writes messages and calls, and reads pongs and answers. Its queues end with it, because a message from
/// before a reconnect is stale; Raft resends what is still needed.
/// </summary>
public sealed class OutboundSession(ulong peer, ulong self, PeerConnection connection, int maxFrameBytes, IPeerMetrics metrics, TimeProvider time)
{
    private readonly OutgoingQueue<ControlItem> _control = new(PeerLimits.ControlQueueCount, PeerLimits.ControlQueueBytes);
    private readonly OutgoingQueue<Message> _append = new(PeerLimits.AppendQueueCount, PeerLimits.AppendQueueBytes);
    private readonly OutgoingQueue<CallFrame> _calls = new(PeerLimits.CallQueueCount, PeerLimits.CallQueueBytes);
    private readonly PendingCalls _pending = new();
    private long _heard = time.GetTimestamp();
    private long _roundTripTicks;

    /// <summary>When it was established, as a timestamp of the transport's clock.</summary>
    public long Since { get; } = time.GetTimestamp();

    /// <summary>The last measured round trip; zero before the first.</summary>
    public TimeSpan RoundTrip => TimeSpan.FromTicks(Interlocked.Read(ref _roundTripTicks));

    /// <summary>Queues a message; false when it was dropped. Appends have a queue of their own: nothing else waits behind them.</summary>
    public bool TrySend(Message message)
    {
        Invariant.Require(message.From == self && message.To == peer, "a member sends only its own messages, to whom they are for");
        var bytes = FrameHeader.Size + PeerCodec.BodySize(message);
        return message.Type == MessageType.Append
            ? _append.TryAdd(message, bytes)
            : _control.TryAdd(new ControlItem(message, FrameKind.Message, 0), bytes);
    }

    /// <summary>Queues a call that wants no answer; false when it was dropped.</summary>
    public bool TryPost(PeerCallKind kind, ReadOnlyMemory<byte> payload) =>
        _calls.TryAdd(new CallFrame(0, (byte)kind, payload), FrameHeader.Size + CallFrame.HeadSize + payload.Length);

    /// <summary>Calls and waits. Throws <see cref="PeerCallException"/> or <see cref="OperationCanceledException"/>.</summary>
    public async Task<PeerAnswer> CallAsync(PeerCallKind kind, ReadOnlyMemory<byte> payload, TimeSpan timeout, CancellationToken cancel)
    {
        var (id, answer) = _pending.Begin();
        try
        {
            if (!_calls.TryAdd(new CallFrame(id, (byte)kind, payload), FrameHeader.Size + CallFrame.HeadSize + payload.Length))
            {
                throw new PeerCallException($"too many calls wait for member {peer:x}");
            }

            return await answer.WaitAsync(timeout, time, cancel);
        }
        catch (TimeoutException)
        {
            throw new PeerCallException($"member {peer:x} did not answer within {timeout.TotalSeconds} s");
        }
        finally
        {
            _pending.End(id);
        }
    }

    /// <summary>Runs until the connection breaks or <paramref name="cancel"/>; returns why.</summary>
    public async Task<Exception?> RunAsync(CancellationToken cancel)
    {
        try
        {
            await using var link = new PeerLink(connection);
            return await SessionLoops.RunAsync(link, cancel,
                stop => ChannelWriter.RunAsync(_control, link.Control.Output, ControlItem.Write, CountSent, stop),
                stop => ChannelWriter.RunAsync(_append, link.Append.Output, PeerCodec.Write, CountSent, stop),
                stop => ChannelWriter.RunAsync(_calls, link.Calls.Output, (output, call) => FrameWriting.WriteCall(output, FrameKind.Call, call),
                    CountSent, stop),
                stop => ReadPongsAsync(new FrameReader(link.Control.Input, PeerLimits.HelloBytes), stop),
                stop => ReadAnswersAsync(new FrameReader(link.Calls.Input, maxFrameBytes), stop),
                PingAsync,
                stop => SessionLoops.WatchSilenceAsync(() => Volatile.Read(ref _heard), time, stop));
        }
        finally
        {
            _control.Close();
            _append.Close();
            _calls.Close();
            _pending.Break();
        }
    }

    private async Task PingAsync(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(PeerLimits.PingInterval, time);
        do
        {
            _control.TryAdd(new ControlItem(null, FrameKind.Ping, time.GetTimestamp()), FrameHeader.Size + 8);
        }
        while (await timer.WaitForNextTickAsync(cancel));
    }

    private async Task ReadPongsAsync(FrameReader reader, CancellationToken cancel)
    {
        while (await reader.NextAsync(cancel) is { } header)
        {
            if (header.Kind != FrameKind.Pong)
            {
                throw new ProtocolException($"frame of kind {(byte)header.Kind} where only pongs come");
            }

            var stamp = BinaryPrimitives.ReadInt64LittleEndian((await reader.ReadHeadAsync(sizeof(long), cancel)).Span);
            CountReceived(FrameHeader.Size + sizeof(long));
            Measured(stamp);
        }
    }

    private async Task ReadAnswersAsync(FrameReader reader, CancellationToken cancel)
    {
        while (await reader.NextAsync(cancel) is { } header)
        {
            if (header.Kind != FrameKind.Answer)
            {
                throw new ProtocolException($"frame of kind {(byte)header.Kind} where only answers come");
            }

            _pending.Complete(await CallFrame.ReadAsync(reader, cancel));
            CountReceived(FrameHeader.Size + header.Length);
        }
    }

    // The stamp is our own, but it comes from outside: a nonsensical one must not become a round trip.
    private void Measured(long stamp)
    {
        var roundTrip = time.GetElapsedTime(stamp);
        if (roundTrip >= TimeSpan.Zero && roundTrip <= PeerLimits.SilenceTimeout)
        {
            Interlocked.Exchange(ref _roundTripTicks, roundTrip.Ticks);
            metrics.RoundTrip(peer, roundTrip);
        }
    }

    private void CountSent(long bytes) => metrics.Sent(peer, bytes);

    private void CountReceived(long bytes)
    {
        Volatile.Write(ref _heard, time.GetTimestamp());
        metrics.Received(peer, bytes);
    }
}
