using System.Net.Sockets;
using EtcdEdge.Configuration;
using EtcdEdge.Peers.Net;
using EtcdEdge.Raft.Model;

namespace EtcdEdge.Peers;

/// <summary>
/// Another member: keeps one dialled connection to it alive and sends snapshots over others. <see cref="Send"/> is called by the node loop
/// only; everything else from anywhere.
/// </summary>
public sealed class Peer : IAsyncDisposable
{
    private readonly PeerContext _context;
    private readonly PeerConnector _connector;
    private readonly SnapshotSender _snapshots;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _dialling;
    private volatile IReadOnlyList<ListenUrl> _urls;
    private volatile OutboundSession? _session;
    private int _unreachableSaid;

    // A connection was established and none has been tried since: if the port is closed now, the process behind it has ended.
    private bool _stoodBefore;

    public Peer(ulong id, IReadOnlyList<ListenUrl> urls, PeerContext context, PeerConnector connector)
    {
        Id = id;
        _context = context;
        _connector = connector;
        _urls = urls;
        _snapshots = new SnapshotSender(id, context, connector, () => _urls);
        _dialling = Task.Run(DialAsync);
    }

    public ulong Id { get; }

    public IReadOnlyList<ListenUrl> Urls
    {
        get => _urls;
        set => _urls = value;
    }

    /// <summary>The standing connection, or null.</summary>
    public OutboundSession? Session => _session;

    /// <summary>Queues or drops; never blocks, never throws.</summary>
    public void Send(Message message)
    {
        if (message.Type == MessageType.Snapshot)
        {
            _snapshots.Start(message);
        }
        else if (_session is { } session && session.TrySend(message))
        {
            if (message.Type == MessageType.Append)
            {
                Volatile.Write(ref _unreachableSaid, 0);
            }
        }
        else
        {
            Dropped(message);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _dialling;
        await _snapshots.DisposeAsync();
        _stop.Dispose();
    }

    // Raft resends lost messages once it is notified; one notification is enough. On a pool thread, because the node loop, which sends, also receives
    // the notification.
    private void Dropped(Message message)
    {
        _context.Metrics.SendFailed(Id);
        if (message.Type == MessageType.Append)
        {
            SayUnreachable();
        }
    }

    private void SayUnreachable()
    {
        if (Interlocked.Exchange(ref _unreachableSaid, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static peer => peer._context.Handlers.Unreachable(peer.Id), this, preferLocal: false);
        }
    }

    private async Task DialAsync()
    {
        var backoff = new Backoff(PeerLimits.RedialMin, PeerLimits.RedialMax, Random.Shared);
        for (var attempt = 0; !_stop.IsCancellationRequested; attempt++)
        {
            var urls = _urls;
            if (urls.Count > 0 && await ConnectAndRunAsync(urls[attempt % urls.Count]) > PeerLimits.RedialMax)
            {
                backoff.Reset();
            }

            await Task.Delay(backoff.Next(), _context.Time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>One connection from dialling to its end; returns how long it stood.</summary>
    private async Task<TimeSpan> ConnectAndRunAsync(ListenUrl url)
    {
        try
        {
            var (connection, answer) = await _connector.ConnectAsync(Id, url, ConnectionKind.Messages, _stop.Token);
            using (connection)
            {
                return await RunAsync(connection, answer);
            }
        }
        catch (PeerRefusedException refused)
        {
            Refused(url, refused);
        }
        catch (Exception error) when (SessionLoops.IsExpected(error))
        {
            if (_stoodBefore && error is SocketException { SocketErrorCode: SocketError.ConnectionRefused })
            {
                _context.Handlers.Dead(Id);
            }

            if (!_stop.IsCancellationRequested && _context.LogThrottle.Ask($"{Id:x} {url} {error.Message}"))
            {
                _context.Logger.PeerUnreachable(Id.ToString("x"), url.ToString(), error.Message);
            }
        }

        _stoodBefore = false;
        return TimeSpan.Zero;
    }

    private async Task<TimeSpan> RunAsync(PeerConnection connection, HelloAnswer answer)
    {
        var session = new OutboundSession(Id, _context.Self.MemberId, connection, _context.Self.MaxFrameBytes, _context.Metrics, _context.Time);
        _session = session;
        _stoodBefore = true;
        _context.Metrics.Active(Id, true);
        _context.Logger.PeerActive(Id.ToString("x"), connection.Remote?.ToString() ?? "", answer.Text, answer.Protocol);
        var cause = await session.RunAsync(_stop.Token);
        _session = null;
        _context.Metrics.Active(Id, false);
        _context.Metrics.Disconnected(Id);
        SayUnreachable();
        if (!_stop.IsCancellationRequested)
        {
            SayEnded(cause);
        }

        return _context.Time.GetElapsedTime(session.Since);
    }

    private void SayEnded(Exception? cause)
    {
        if (cause is ProtocolException)
        {
            _context.Metrics.ReceiveFailed(Id);
            _context.Logger.Malformed(Id.ToString("x"), cause.Message);
        }
        else if (cause is not null && !SessionLoops.IsExpected(cause))
        {
            _context.Logger.SessionFailed(Id.ToString("x"), cause);
        }
        else
        {
            _context.Logger.PeerInactive(Id.ToString("x"), cause?.Message ?? "the peer closed the connection");
        }
    }

    private void Refused(ListenUrl url, PeerRefusedException refused)
    {
        if (_context.LogThrottle.Ask($"{Id:x} {url} {refused.Message}"))
        {
            _context.Logger.RefusedByPeer(Id.ToString("x"), url.ToString(), refused.Reason.ToString(), refused.Message);
        }

        if (refused.Reason == RefusalReason.RemovedMember)
        {
            _context.Handlers.RemovedSaidBy(Id);
        }
    }
}
