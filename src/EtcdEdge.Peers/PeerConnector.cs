using EtcdEdge.Configuration;
using EtcdEdge.Peers.Tls;

namespace EtcdEdge.Peers;

/// <summary>Dials another member: socket, TLS for https, hello.</summary>
public sealed class PeerConnector(PeerOptions self, TlsContext? tls)
{
    /// <summary>
    /// A connection that the member at <paramref name="url"/> accepted. Throws <see cref="PeerRefusedException"/> when it did not, and what
    /// sockets, TLS and <see cref="ProtocolException"/> mean otherwise (<see cref="SessionLoops.IsExpected"/>).
    /// </summary>
    public async Task<(PeerConnection Connection, HelloAnswer Answer)> ConnectAsync(
        ulong peer, ListenUrl url, ConnectionKind kind, CancellationToken cancel)
    {
        var connection = await DialAsync(url, cancel);
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            patience.CancelAfter(TlsLimits.HandshakeTimeout);
            if (url.IsTls)
            {
                await SecureAsync(connection, url, patience.Token);
            }

            return (connection, await GreetAsync(connection, peer, kind, patience.Token));
        }
        catch (IOException broken) when (url.IsTls)
        {
            connection.Dispose();
            throw new IOException(HandshakeFailure.Describe(broken) + HandshakeFailure.NotAccepted(tls?.HasCertificate ?? false), broken);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            connection.Dispose();
            throw new TimeoutException($"no handshake within {TlsLimits.HandshakeTimeout.TotalSeconds} s");
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static async Task<PeerConnection> DialAsync(ListenUrl url, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(PeerLimits.DialTimeout);
        try
        {
            return new PeerConnection(await PeerSockets.ConnectAsync(url, patience.Token));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new TimeoutException($"no connection within {PeerLimits.DialTimeout.TotalSeconds} s");
        }
    }

    private async Task SecureAsync(PeerConnection connection, ListenUrl url, CancellationToken cancel)
    {
        var stream = new TlsStream(connection.Stream);
        var options = tls?.ClientOptions(url.Host) ?? TlsContext.PlainClientOptions(url.Host);
        await stream.ShakeHandsAsync(stream.AuthenticateAsClientAsync(options, cancel));
        connection.Secure(stream);
    }

    private async Task<HelloAnswer> GreetAsync(PeerConnection connection, ulong peer, ConnectionKind kind, CancellationToken cancel)
    {
        var hello = new Hello
        {
            Kind = kind,
            ClusterId = self.ClusterId,
            From = self.MemberId,
            To = peer,
            ServerVersion = self.ServerVersion,
            PeerUrls = self.AdvertisedUrls,
        };
        await connection.Stream.WriteAsync(hello.Encode(), cancel);
        await connection.Stream.FlushAsync(cancel);
        var answer = await HelloAnswer.ReadAsync(connection.Stream, cancel);
        if (answer.Reason != RefusalReason.None)
        {
            throw new PeerRefusedException(answer.Reason, answer.Text);
        }

        if (answer.ClusterId != self.ClusterId || answer.MemberId != peer)
        {
            throw new ProtocolException($"member {answer.MemberId:x} of cluster {answer.ClusterId:x} answered for member {peer:x}");
        }

        if (answer.Protocol is < Hello.OldestProtocol or > Hello.NewestProtocol)
        {
            throw new ProtocolException($"member {peer:x} chose peer protocol {answer.Protocol}, which was not offered");
        }

        return answer;
    }
}
