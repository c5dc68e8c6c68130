using System.Buffers.Binary;
using EtcdEdge.Peers.Net;
using EtcdEdge.Raft.Model;
using Microsoft.Extensions.Logging;

namespace EtcdEdge.Peers;

/// <summary>One connection another member dialled: it reads messages and calls, and writes pongs and answers.</summary>
public sealed class InboundSession(
    ulong peer, PeerOptions self, PeerConnection connection, PeerHandlers handlers, IPeerMetrics metrics, TimeProvider time, ILogger logger)
    : IDisposable
{
    private readonly OutgoingQueue<ControlItem> _pongs = new(PeerLimits.ControlQueueCount, PeerLimits.ControlQueueBytes);
    private readonly OutgoingQueue<CallFrame> _answers = new(PeerLimits.CallQueueCount, PeerLimits.CallQueueBytes);
    private readonly SemaphoreSlim _answering = new(PeerLimits.CallsAnsweredAtOnce);
    private long _heard = time.GetTimestamp();

    public ulong Peer => peer;

    /// <summary>Breaks the connection: the member was removed, or dialled again.</summary>
    public void Abort() => connection.Dispose();

    /// <summary>Runs until the connection breaks or <paramref name="cancel"/>; returns why.</summary>
    public async Task<Exception?> RunAsync(CancellationToken cancel)
    {
        await using var link = new PeerLink(connection);
        var cause = await SessionLoops.RunAsync(link, cancel,
            stop => ReadMessagesAsync(new FrameReader(link.Control.Input, self.MaxFrameBytes), stop),
            stop => ReadMessagesAsync(new FrameReader(link.Append.Input, self.MaxFrameBytes), stop),
            stop => ReadCallsAsync(new FrameReader(link.Calls.Input, self.MaxFrameBytes), stop),
            stop => ChannelWriter.RunAsync(_pongs, link.Control.Output, ControlItem.Write, CountSent, stop),
            stop => ChannelWriter.RunAsync(_answers, link.Calls.Output, (output, answer) => FrameWriting.WriteCall(output, FrameKind.Answer, answer),
                CountSent, stop),
            stop => SessionLoops.WatchSilenceAsync(() => Volatile.Read(ref _heard), time, stop));
        await NobodyAnswersAsync();
        return cause;
    }

    public void Dispose() => _answering.Dispose();

    private async Task ReadMessagesAsync(FrameReader reader, CancellationToken cancel)
    {
        while (await reader.NextAsync(cancel) is { } header)
        {
            if (header.Kind == FrameKind.Ping)
            {
                await AnswerPingAsync(reader, cancel);
            }
            else if (header.Kind == FrameKind.Message)
            {
                var message = await PeerCodec.ReadAsync(reader, peer, self.MemberId, cancel);
                CountReceived(FrameHeader.Size + header.Length);
                if (message.Type == MessageType.Snapshot)
                {
                    throw new ProtocolException("a snapshot where only messages come");
                }

                await handlers.Received(message, cancel);
            }
            else
            {
                throw new ProtocolException($"frame of kind {(byte)header.Kind} where only messages come");
            }
        }
    }

    private async ValueTask AnswerPingAsync(FrameReader reader, CancellationToken cancel)
    {
        var stamp = BinaryPrimitives.ReadInt64LittleEndian((await reader.ReadHeadAsync(sizeof(long), cancel)).Span);
        CountReceived(FrameHeader.Size + sizeof(long));
        _pongs.TryAdd(new ControlItem(null, FrameKind.Pong, stamp), FrameHeader.Size + sizeof(long));
    }

    private async Task ReadCallsAsync(FrameReader reader, CancellationToken cancel)
    {
        while (await reader.NextAsync(cancel) is { } header)
        {
            if (header.Kind != FrameKind.Call)
            {
                throw new ProtocolException($"frame of kind {(byte)header.Kind} where only calls come");
            }

            var call = await CallFrame.ReadAsync(reader, cancel);
            CountReceived(FrameHeader.Size + header.Length);
            if ((PeerCallKind)call.Code == PeerCallKind.Propose)
            {
                await handlers.Forwarded(call.PayloadArray, cancel);
                continue;
            }

            await _answering.WaitAsync(cancel);
            _ = AnswerAsync(call, cancel);
        }
    }

    // Not awaited by the reader: calls are answered side by side, at most PeerLimits.CallsAnsweredAtOnce. Observes all its own errors.
    private async Task AnswerAsync(CallFrame call, CancellationToken cancel)
    {
        try
        {
            var answer = await AskAsync(call, cancel);
            if (call.Correlation != 0)
            {
                var frame = new CallFrame(call.Correlation, answer.Code, answer.Payload);
                _answers.TryAdd(frame, FrameHeader.Size + CallFrame.HeadSize + answer.Payload.Length);
            }
        }
        finally
        {
            _answering.Release();
        }
    }

    // With all permits taken, no answer is in flight; the answering tasks were cancelled.
    private async Task NobodyAnswersAsync()
    {
        for (var i = 0; i < PeerLimits.CallsAnsweredAtOnce; i++)
        {
            await _answering.WaitAsync();
        }
    }

    private async ValueTask<PeerAnswer> AskAsync(CallFrame call, CancellationToken cancel)
    {
        try
        {
            return await handlers.Answer(new PeerCall(peer, (PeerCallKind)call.Code, call.Payload, call.Correlation != 0), cancel);
        }
        catch (OperationCanceledException)
        {
            return new PeerAnswer(PeerAnswer.Failed);
        }
        catch (Exception error)
        {
            logger.PeerCallFailed(peer.ToString("x"), call.Code, error);
            return new PeerAnswer(PeerAnswer.Failed);
        }
    }

    private void CountSent(long bytes) => metrics.Sent(peer, bytes);

    private void CountReceived(long bytes)
    {
        Volatile.Write(ref _heard, time.GetTimestamp());
        metrics.Received(peer, bytes);
    }
}
