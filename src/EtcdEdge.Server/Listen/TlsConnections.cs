using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using EtcdEdge.Peers.Net;
using EtcdEdge.Peers.Tls;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;
using Nerdbank.Streams;

namespace EtcdEdge.Server.Listen;

/// <summary>
/// TLS under a Kestrel listener. In place of Kestrel's own, which keeps to itself why a handshake failed: here that is one line with the
/// client's address and Go's words. The certificates are those of the moment, so that a reload needs no restart. Any thread.
/// </summary>
internal sealed class TlsConnections(TlsContext tls, ILogger logger, TimeProvider time)
{
    private readonly LogThrottle _saidOnce = new(time);

    /// <summary>Serves one accepted connection through <paramref name="next"/>, or logs why not.</summary>
    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        await using var stream = new TlsStream(connection.Transport.AsStream(ownsPipe: false));
        if (!await HandshakeAsync(connection, stream))
        {
            return;
        }

        var features = new TlsFeatures(stream);
        connection.Features.Set<ITlsHandshakeFeature>(features);
        connection.Features.Set<ITlsApplicationProtocolFeature>(features);
        connection.Features.Set<ITlsConnectionFeature>(features);
        await ServeAsync(connection, next, stream);
    }

    private static async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next, TlsStream stream)
    {
        var cleartext = connection.Transport;
        var pool = connection.Features.Get<IMemoryPoolFeature>()?.MemoryPool;
        var input = PipeReader.Create(stream, new StreamPipeReaderOptions(pool, leaveOpen: true, useZeroByteReads: true));
        var output = PipeWriter.Create(stream, new StreamPipeWriterOptions(pool, leaveOpen: true));
        try
        {
            connection.Transport = new ConnectionPipe(input, output);
            await next(connection);
        }
        finally
        {
            connection.Transport = cleartext;
            await input.CompleteAsync();
            await output.CompleteAsync();
        }
    }

    private async Task<bool> HandshakeAsync(ConnectionContext connection, TlsStream stream)
    {
        using var patience = new CancellationTokenSource(TlsLimits.HandshakeTimeout, time);
        try
        {
            await stream.AuthenticateAsServerAsync(OptionsFor(connection), patience.Token);
            return true;
        }
        catch (Exception failed) when (failed is AuthenticationException or IOException or OperationCanceledException or InvalidOperationException)
        {
            Reject(connection, stream, stream.Complaint ?? HandshakeFailure.Describe(failed));
            return false;
        }
    }

    private SslServerAuthenticationOptions OptionsFor(ConnectionContext connection) =>
        connection.Features.Get<WireEndPoint>() is { IsHttp2: true } ? tls.Http2ServerOptions() : tls.ServerOptions();

    private void Reject(ConnectionContext connection, TlsStream stream, string reason)
    {
        var remote = connection.RemoteEndPoint is System.Net.IPEndPoint address ? address.ToString() : "@";
        if (_saidOnce.Ask($"{remote.Split(':')[0]} {reason}"))
        {
            logger.RejectedClient(remote, stream.TargetHostName, reason);
        }
    }
}
