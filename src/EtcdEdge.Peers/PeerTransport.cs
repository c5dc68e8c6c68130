using System.Collections.Frozen;
using System.Net;
using EtcdEdge.Configuration;
using EtcdEdge.Peers.Net;
using EtcdEdge.Peers.Tls;
using EtcdEdge.Raft.Model;
using EtcdEdge.StateMachine.Cluster;

namespace EtcdEdge.Peers;

/// <summary>
/// The network between members. Each member dials every other: what it sends goes over the connection it dialled, what it receives comes over
/// those it accepted. Order of use: construct, <see cref="SetMembers"/>, <see cref="Listen"/>, <see cref="Send"/>; dispose at the end.
/// <see cref="Send"/> and <see cref="SetMembers"/> belong to one thread, the node loop's; the rest may be called from any.
/// </summary>
public sealed class PeerTransport : IPeers, IAsyncDisposable
{
    private readonly PeerContext _context;
    private readonly PeerConnector _connector;
    private readonly PeerPages _pages;
    private readonly TlsContext? _tls;
    private readonly SnapshotReceiver _receiver;
    private readonly InboundSet _inbound = new();
    private readonly List<PeerListener> _listeners = [];
    private readonly ConnectionSet _leaving = new();

    /// <summary>Guards what follows from the membership; reading it takes no lock.</summary>
    private readonly Lock _membership = new();
    private readonly Dictionary<ulong, IReadOnlyList<string>> _remotes = [];
    private bool _isClosed;
    private volatile FrozenDictionary<ulong, Peer> _peers = FrozenDictionary<ulong, Peer>.Empty;
    private volatile ClusterView _cluster = new();

    /// <param name="context">Identity, callbacks, clock, log.</param>
    /// <param name="tls">Certificates for https URLs, or null when none were given.</param>
    public PeerTransport(PeerContext context, TlsContext? tls)
    {
        _context = context;
        _tls = tls;
        _connector = new PeerConnector(context.Self, tls);
        _pages = new PeerPages(context.Self.ClusterId, () => _cluster);
        _receiver = new SnapshotReceiver(context);
    }

    /// <summary>Where the listeners are bound.</summary>
    public IReadOnlyList<EndPoint> ListenEndPoints => [.. _listeners.Select(listener => listener.LocalEndPoint)];

    /// <summary>Binds every listen URL and begins to accept. Throws <see cref="ListenException"/> with one line for the operator.</summary>
    public void Listen()
    {
        foreach (var url in _context.Self.ListenUrls)
        {
            _listeners.Add(new PeerListener(url, _context, _tls, _pages, WelcomeAsync));
        }
    }

    /// <summary>
    /// Takes in the membership as of the newest applied entry: dials the new, hangs up on the gone, uses changed URLs from the next attempt on.
    /// Call it with every change of the view; /members and /version show it too.
    /// </summary>
    public void SetMembers(ClusterView cluster)
    {
        lock (_membership)
        {
            _cluster = cluster;
            foreach (var id in _remotes.Keys.Where(id => cluster.Find(id) is not null || cluster.Removed.Contains(id)))
            {
                _remotes.Remove(id);
            }

            MatchPeers();
        }

        _inbound.Break(cluster.Removed);
    }

    /// <summary>
    /// Dials a member that is not in the membership of this member yet: it was added while this one was away, or this one has just joined. Until its
    /// addition is applied here (<see cref="SetMembers"/>) these URLs count (etcd rafthttp, AddRemote).
    /// </summary>
    public void AddRemote(ulong id, IReadOnlyList<string> urls)
    {
        lock (_membership)
        {
            if (id != _context.Self.MemberId && _cluster.Find(id) is null && !_cluster.Removed.Contains(id))
            {
                _remotes[id] = urls;
                MatchPeers();
            }
        }
    }

    /// <inheritdoc/>
    public void Send(IReadOnlyList<Message> messages)
    {
        var peers = _peers;
        for (var i = 0; i < messages.Count; i++)
        {
            // A message to an unknown member is dropped like any other that cannot be delivered.
            if (peers.TryGetValue(messages[i].To, out var peer))
            {
                peer.Send(messages[i]);
            }
        }
    }

    /// <inheritdoc/>
    public void Forward(ulong leader, ReadOnlyMemory<byte> entry)
    {
        if (!Post(leader, PeerCallKind.Propose, entry))
        {
            _context.Metrics.SendFailed(leader);
        }
    }

    /// <summary>
    /// Asks another member and waits for the answer. Throws <see cref="PeerCallException"/> when there is none within
    /// <paramref name="timeout"/>; the question may have arrived all the same.
    /// </summary>
    public Task<PeerAnswer> CallAsync(ulong to, PeerCallKind kind, ReadOnlyMemory<byte> payload, TimeSpan timeout, CancellationToken cancel) =>
        SessionOf(to)?.CallAsync(kind, payload, timeout, cancel)
        ?? Task.FromException<PeerAnswer>(new PeerCallException($"member {to:x} is not connected"));

    /// <summary>Sends another member a call without an answer. False when it was dropped; true promises nothing.</summary>
    public bool Post(ulong to, PeerCallKind kind, ReadOnlyMemory<byte> payload) => SessionOf(to)?.TryPost(kind, payload) ?? false;

    /// <summary>How long the connection to a member has stood, or null (etcd's isConnectedFullySince, for strict-reconfig-check).</summary>
    public TimeSpan? ConnectedFor(ulong id) => SessionOf(id) is { } session ? _context.Time.GetElapsedTime(session.Since) : null;

    /// <summary>The last measured round trip to a member, or null.</summary>
    public TimeSpan? RoundTrip(ulong id) => SessionOf(id) is { RoundTrip.Ticks: > 0 } session ? session.RoundTrip : null;

    /// <summary>Stops listening, closes all connections, and waits until no callback runs.</summary>
    public async ValueTask DisposeAsync()
    {
        FrozenDictionary<ulong, Peer> peers;
        lock (_membership)
        {
            _isClosed = true;
            peers = _peers;
            _peers = FrozenDictionary<ulong, Peer>.Empty;
        }

        foreach (var listener in _listeners)
        {
            await listener.DisposeAsync();
        }

        await Task.WhenAll(peers.Values.Select(peer => peer.DisposeAsync().AsTask()));
        await _leaving.CloseAllAsync();
    }

    /// <summary>Dials new members, disconnects removed ones, updates the URLs of the others.</summary>
    private void MatchPeers()
    {
        if (_isClosed)
        {
            return;
        }

        var before = _peers;
        var after = new Dictionary<ulong, Peer>();
        var members = _cluster.Members.Select(member => (member.Id, Urls: (IReadOnlyList<string>)member.PeerUrls));
        foreach (var (id, urls) in members.Concat(_remotes.Select(remote => (remote.Key, remote.Value)))
            .Where(peer => peer.Item1 != _context.Self.MemberId))
        {
            var parsed = ParseUrls(id, urls);
            var peer = before.GetValueOrDefault(id) ?? new Peer(id, parsed, _context, _connector);
            peer.Urls = parsed;
            after.Add(id, peer);
        }

        _peers = after.ToFrozenDictionary();
        foreach (var (_, peer) in before.Where(peer => !after.ContainsKey(peer.Key)))
        {
            _leaving.Add(peer.DisposeAsync().AsTask());
        }
    }

    private OutboundSession? SessionOf(ulong id) => _peers.GetValueOrDefault(id)?.Session;

    private List<ListenUrl> ParseUrls(ulong id, IReadOnlyList<string> texts)
    {
        var urls = new List<ListenUrl>();
        foreach (var text in texts)
        {
            if (ListenUrl.TryParse(text, out var url, out var complaint))
            {
                urls.Add(url);
            }
            else
            {
                _context.Logger.BadPeerUrl(id.ToString("x"), text, complaint);
            }
        }

        return urls;
    }

    /// <summary>Answers a hello and serves the connection to its end.</summary>
    private async Task WelcomeAsync(PeerConnection connection, Hello hello, CancellationToken cancel)
    {
        var answer = HelloCheck.Judge(hello, _context.Self, _cluster, MayBeNew(hello));
        await connection.Stream.WriteAsync(answer.Encode(), cancel).AsTask().WaitAsync(TlsLimits.HandshakeTimeout, cancel);
        await connection.Stream.FlushAsync(cancel);
        if (answer.Reason != RefusalReason.None)
        {
            SayRefused(connection, hello, answer);
        }
        else if (hello.Kind == ConnectionKind.Snapshot)
        {
            AddRemote(hello.From, hello.PeerUrls);
            await _receiver.RunAsync(hello.From, connection, cancel);
        }
        else
        {
            AddRemote(hello.From, hello.PeerUrls);
            await ServeAsync(connection, hello.From, cancel);
        }
    }

    private bool MayBeNew(Hello hello)
    {
        lock (_membership)
        {
            return hello.PeerUrls.Count > 0 && (_remotes.ContainsKey(hello.From) || _remotes.Count < PeerLimits.RemotesMax);
        }
    }

    private async Task ServeAsync(PeerConnection connection, ulong from, CancellationToken cancel)
    {
        using var session = new InboundSession(
            from, _context.Self, connection, _context.Handlers, _context.Metrics, _context.Time, _context.Logger);
        _inbound.Add(session);
        if (_cluster.Removed.Contains(from))
        {
            session.Abort(); // Removed between the hello and now.
        }

        var cause = await session.RunAsync(cancel);
        _inbound.Remove(session);
        if (cause is ProtocolException)
        {
            _context.Metrics.ReceiveFailed(from);
            _context.Logger.Malformed(from.ToString("x"), cause.Message);
        }
        else if (cause is not null && !SessionLoops.IsExpected(cause))
        {
            _context.Logger.SessionFailed(from.ToString("x"), cause);
        }
    }

    private void SayRefused(PeerConnection connection, Hello hello, HelloAnswer answer)
    {
        if (_context.LogThrottle.Ask($"{hello.From:x} {answer.Text}"))
        {
            _context.Logger.RefusedPeer(hello.From.ToString("x"), connection.Remote?.ToString() ?? "", answer.Reason.ToString(), answer.Text);
        }
    }
}
