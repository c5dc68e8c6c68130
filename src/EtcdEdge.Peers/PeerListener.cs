using System.Net;
using System.Net.Sockets;
using EtcdEdge.Configuration;
using EtcdEdge.Peers.Net;
using EtcdEdge.Peers.Tls;

namespace EtcdEdge.Peers;

/// <summary>
/// One listen URL: accepts, does TLS, examines the first bytes and passes the connection on: another member's to <c>welcome</c>, plain HTTP to the
/// pages. An unidentified connection takes one slot of <see cref="PeerLimits.PendingHandshakes"/> for at most <see
/// cref="TlsLimits.HandshakeTimeout"/>.
/// </summary>
public sealed class PeerListener : IAsyncDisposable
{
    private readonly PeerContext _context;
    private readonly TlsContext? _tls;
    private readonly PeerPages _pages;
    private readonly Func<PeerConnection, Hello, CancellationToken, Task> _welcome;
    private readonly Socket _socket;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _strangers = new(PeerLimits.PendingHandshakes);
    private readonly ConnectionSet _open = new();
    private readonly Task _accepting;

    /// <summary>Binds and begins to accept. Throws <see cref="ListenException"/>.</summary>
    public PeerListener(
        ListenUrl url, PeerContext context, TlsContext? tls, PeerPages pages, Func<PeerConnection, Hello, CancellationToken, Task> welcome)
    {
        _context = context;
        _tls = !url.IsTls ? null : tls is { HasCertificate: true } ? tls : throw new ListenException(TlsCheck.MissingForPeerUrl(url));
        _pages = pages;
        _welcome = welcome;
        _socket = Bind(url, context.Self.ReusePort);
        _accepting = Task.Run(AcceptAsync);
        context.Logger.ServingPeers(url.ToString(), _tls?.ToString() ?? "none");
    }

    /// <summary>The bound address, with the real port if any free one was requested.</summary>
    public EndPoint LocalEndPoint => _socket.LocalEndPoint!;

    /// <summary>Closes the socket and every connection that came through it.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _socket.Dispose();
        await _accepting;
        await _open.CloseAllAsync();
        _strangers.Dispose();
        _stop.Dispose();
    }

    private static Socket Bind(ListenUrl url, bool reusePort)
    {
        var endPoint = Binding.EndPointOf(url);
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, url.IsUnix ? ProtocolType.Unspecified : ProtocolType.Tcp);
        try
        {
            if (url.IsUnix)
            {
                File.Delete(url.Host);
            }
            else if (endPoint is IPEndPoint { Address: var address } && address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }

            PeerSockets.Reuse(socket, reusePort);
            socket.Bind(endPoint);
            socket.Listen(PeerLimits.ListenBacklog);
            return socket;
        }
        catch (SocketException error)
        {
            socket.Dispose();
            throw Binding.Failed(url, error);
        }
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var socket = await _socket.AcceptAsync(_stop.Token);
                if (_strangers.Wait(0))
                {
                    _open.Add(HandleAsync(socket));
                }
                else
                {
                    socket.Dispose();
                }
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                // Out of descriptors, or the connection died in the queue: the next accept may work, but not at once.
                await Task.Delay(PeerLimits.RedialMin, _context.Time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task HandleAsync(Socket socket)
    {
        var isStranger = true;
        var remote = socket.RemoteEndPoint;
        try
        {
            PeerSockets.Tune(socket);
            using var connection = new PeerConnection(socket);
            var hello = await MeetAsync(connection);
            _strangers.Release();
            isStranger = false;
            if (hello is not null)
            {
                await _welcome(connection, hello, _stop.Token);
            }
        }
        catch (Exception error) when (SessionLoops.IsExpected(error))
        {
            if (!_stop.IsCancellationRequested && _context.LogThrottle.Ask($"{(remote as IPEndPoint)?.Address} {error.Message}"))
            {
                _context.Logger.RejectedConnection(remote?.ToString() ?? "", error.Message);
            }
        }
        finally
        {
            if (isStranger)
            {
                _strangers.Release();
            }

            socket.Dispose();
        }
    }

    /// <summary>TLS and the first bytes. Null when it was HTTP, which is answered then.</summary>
    private async Task<Hello?> MeetAsync(PeerConnection connection)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        patience.CancelAfter(TlsLimits.HandshakeTimeout);
        if (_tls is not null)
        {
            await SecureAsync(connection, _tls, patience.Token);
        }

        var start = await ReadStartAsync(connection.Stream, patience.Token);
        if (Hello.Magic.SequenceEqual(start))
        {
            return Hello.Parse(await Hello.ReadBodyAsync(connection.Stream, patience.Token));
        }

        if (PeerPages.LooksLikeHttp(start))
        {
            await _pages.AnswerAsync(connection.Stream, start, patience.Token);
            return null;
        }

        throw new ProtocolException(start[0] == 0x16
            ? "TLS on a peer URL that is http; check the scheme of the dialling member's peer URLs"
            : "first bytes are neither another member's nor HTTP");
    }

    private async Task<byte[]> ReadStartAsync(Stream stream, CancellationToken cancel)
    {
        var start = new byte[Hello.Magic.Length];
        try
        {
            await stream.ReadExactlyAsync(start, cancel);
            return start;
        }
        catch (IOException gone)
        {
            // The dialling side verifies this side's certificate when the handshake is over for both.
            throw new IOException(HandshakeFailure.Describe(gone) + (_tls is null ? "" : HandshakeFailure.NotTrusted), gone);
        }
    }

    private static async Task SecureAsync(PeerConnection connection, TlsContext tls, CancellationToken cancel)
    {
        var stream = new TlsStream(connection.Stream);
        await stream.ShakeHandsAsync(stream.AuthenticateAsServerAsync(tls.ServerOptions(), cancel));
        connection.Secure(stream);
        await tls.CheckClientAddressAsync(stream.RemoteCertificate, connection.Remote, cancel);
    }
}
