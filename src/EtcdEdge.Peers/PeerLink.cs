using System.IO.Pipelines;
using Nerdbank.Streams;

namespace EtcdEdge.Peers;

/// <summary>
/// The three channels of one connection after the hello. Their windows are part of the protocol version: a seeded channel's two ends
/// each assume their own setting of the other (MultiplexingStream v3).
/// </summary>
public sealed class PeerLink : IAsyncDisposable
{
    private readonly PeerConnection _connection;
    private readonly MultiplexingStream _multiplexer;

    public PeerLink(PeerConnection connection)
    {
        _connection = connection;
        var options = new MultiplexingStream.Options { ProtocolMajorVersion = 3, FaultOpenChannelsOnStreamDisposal = true };
        options.SeededChannels.Add(new MultiplexingStream.ChannelOptions { ChannelReceivingWindowSize = PeerLimits.ControlWindowBytes });
        options.SeededChannels.Add(new MultiplexingStream.ChannelOptions { ChannelReceivingWindowSize = PeerLimits.AppendWindowBytes });
        options.SeededChannels.Add(new MultiplexingStream.ChannelOptions { ChannelReceivingWindowSize = PeerLimits.CallWindowBytes });

        // Create, unlike CreateAsync, leaves only 64 KiB between the channels and the socket: that much a heartbeat may wait behind.
        _multiplexer = MultiplexingStream.Create(connection.Stream, options);
        Control = _multiplexer.AcceptChannel(0);
        Append = _multiplexer.AcceptChannel(1);
        Calls = _multiplexer.AcceptChannel(2);
    }

    /// <summary>Heartbeats, votes, answers, pings: small and urgent.</summary>
    public IDuplexPipe Control { get; }

    /// <summary>Entries.</summary>
    public IDuplexPipe Append { get; }

    /// <summary>Calls and their answers.</summary>
    public IDuplexPipe Calls { get; }

    /// <summary>Completes when the connection ends, however it ends.</summary>
    public Task Ended => _multiplexer.Completion;

    /// <summary>Breaks the connection. Everything that waits on a channel fails.</summary>
    public async ValueTask DisposeAsync()
    {
        _connection.Dispose();
        await _multiplexer.DisposeAsync();
        await _multiplexer.Completion.ContinueWith(static ended => _ = ended.Exception, TaskScheduler.Default);
    }
}
