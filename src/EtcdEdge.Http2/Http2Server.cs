using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EtcdEdge.Http2;

/// <summary>
/// HTTP/2 for clients, in place of Kestrel's, on Kestrel's connections. Requests that the router selects go from the frames directly to their
/// handler; every other request becomes an <see cref="HttpContext"/>.
/// </summary>
public sealed class Http2Server : IDisposable
{
    private readonly ConcurrentDictionary<Http2Connection, bool> _connections = new();
    private readonly IHttpContextFactory _contexts;
    private readonly Timer _heart;

    /// <param name="options">Limits and keepalive.</param>
    /// <param name="contexts">Creates the contexts of requests that are not served directly.</param>
    /// <param name="other">Serves these requests.</param>
    /// <param name="logger">Receives a line for each connection that breaks the protocol and for each handler that fails.</param>
    public Http2Server(Http2Options options, IHttpContextFactory contexts, RequestDelegate other, ILogger logger)
    {
        (_contexts, Other, Log) = (contexts, other, logger);
        (MaxStreams, MaxMessageBytes) = (options.MaxStreams, options.MaxMessageBytes);
        KeepAliveIntervalMs = Ms(options.KeepAliveInterval);
        KeepAliveTimeoutMs = Ms(options.KeepAliveTimeout);
        _heart = new Timer(_ => Beat(), null, ConnectionLimits.KeepAliveCheckInterval, ConnectionLimits.KeepAliveCheckInterval);
    }

    public RequestDelegate Other { get; }

    public ILogger Log { get; }

    public int MaxMessageBytes { get; }

    /// <summary>--max-concurrent-streams.</summary>
    public int MaxStreams { get; }

    /// <summary>Silence after which a client is pinged, and how long it may take to answer.</summary>
    public long KeepAliveIntervalMs { get; }

    public long KeepAliveTimeoutMs { get; }

    /// <summary>Serves one connection to its end.</summary>
    /// <param name="transport">The accepted connection.</param>
    /// <param name="router">Chooses the requests that are served directly; null when all are served through an HttpContext.</param>
    public async Task ServeAsync(ConnectionContext transport, IRequestRouter? router)
    {
        var connection = new Http2Connection(this, transport, router);
        _connections.TryAdd(connection, true);
        try
        {
            await connection.ServeAsync();
        }
        finally
        {
            _connections.TryRemove(connection, out _);
        }
    }

    /// <summary>Starts the request of a stream and returns its handler.</summary>
    public IStreamHandler Begin(Http2Stream stream) => stream.Connection.Router?.Route(this, stream) ?? (IStreamHandler)BeginExchange(stream);

    /// <summary>Serves a request by a context, whose handler begins at once.</summary>
    public HttpContextAdapter BeginExchange(Http2Stream stream)
    {
        var exchange = new HttpContextAdapter(this, _contexts, stream);
        ThreadPool.UnsafeQueueUserWorkItem(exchange, preferLocal: false);
        return exchange;
    }

    public void Dispose() => _heart.Dispose();

    private static long Ms(TimeSpan time) => time > TimeSpan.Zero ? (long)time.TotalMilliseconds : long.MaxValue;

    private void Beat()
    {
        foreach (var connection in _connections.Keys)
        {
            connection.Beat();
        }
    }
}
