using System.Threading.Channels;
using EtcdEdge.Http2;
using Microsoft.AspNetCore.Connections;

namespace EtcdEdge.Server.Listen;

/// <summary>
/// A bound socket whose connections go to the HTTP/1.1 or the HTTP/2 listener by their first bytes. Nothing is consumed or copied: Kestrel reads the
/// same pipe from its beginning. One accept loop for a socket; each connection is examined on its own.
/// </summary>
internal sealed class SharedPort
{
    private readonly IConnectionListener _socket;
    private readonly Channel<ConnectionContext>?[] _accepted = new Channel<ConnectionContext>?[2];
    private readonly Task _accepting;
    private int _stopped;

    public SharedPort(IConnectionListener socket, bool http1, bool http2)
    {
        _socket = socket;
        _accepted[0] = http1 ? Channel.CreateUnbounded<ConnectionContext>() : null;
        _accepted[1] = http2 ? Channel.CreateUnbounded<ConnectionContext>() : null;
        _accepting = AcceptAsync();
    }

    /// <summary>The next connection of the protocol, or null when the port has stopped.</summary>
    public async ValueTask<ConnectionContext?> NextAsync(bool isHttp2, CancellationToken cancel)
    {
        var reader = _accepted[isHttp2 ? 1 : 0]!.Reader;
        while (await reader.WaitToReadAsync(cancel))
        {
            if (reader.TryRead(out var connection))
            {
                return connection;
            }
        }

        return null;
    }

    /// <summary>Stops accepting for both protocols; done by the listener that stops first.</summary>
    public async ValueTask StopAsync(CancellationToken cancel)
    {
        if (Interlocked.Exchange(ref _stopped, 1) == 0)
        {
            await _socket.UnbindAsync(cancel);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        await _accepting;
        await _socket.DisposeAsync();
    }

    private async Task AcceptAsync()
    {
        while (await _socket.AcceptAsync() is { } connection)
        {
            _ = HandOverAsync(connection);
        }

        foreach (var channel in _accepted)
        {
            channel?.Writer.TryComplete();
        }
    }

    private async Task HandOverAsync(ConnectionContext connection)
    {
        var isHttp2 = await SniffAsync(connection);
        var channel = isHttp2 is { } chosen ? _accepted[chosen ? 1 : 0] : null;
        if (channel is null || !channel.Writer.TryWrite(connection))
        {
            connection.Abort();
            await connection.DisposeAsync();
        }
    }

    // Null: the peer went away, stayed silent for too long, or its socket failed; only this connection is concerned.
    private static async Task<bool?> SniffAsync(ConnectionContext connection)
    {
        using var patience = new CancellationTokenSource(ConnectionLimits.ProtocolSniffTimeout);
        var input = connection.Transport.Input;
        try
        {
            while (true)
            {
                var result = await input.ReadAsync(patience.Token);
                var isHttp2 = result.Buffer.IsEmpty ? null : Preface.IsHttp2(result.Buffer);
                input.AdvanceTo(result.Buffer.Start, isHttp2 is null ? result.Buffer.End : result.Buffer.Start);
                if (isHttp2 is not null || result.IsCompleted)
                {
                    return isHttp2;
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or InvalidOperationException)
        {
            return null;
        }
    }
}
