using System.Collections.Concurrent;
using System.Collections.Frozen;
using EtcdEdge.Server.Configuration;
using EtcdEdge.Server.Grpc;
using EtcdEdge.Server.Http2.Hpack;
using EtcdEdge.Server.Listen;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EtcdEdge.Server.Http2;

/// <summary>
/// HTTP/2 for clients, in place of Kestrel's, on Kestrel's connections. The calls that a cluster lives on go straight from the frames to their
/// method; everything else becomes an <see cref="HttpContext"/> and is served as any other request is.
/// </summary>
internal sealed class Http2Server : IDisposable
{
    private static readonly object _elsewhere = new();
    private readonly ConcurrentDictionary<Http2Connection, bool> _connections = new();
    private readonly FrozenDictionary<string, IUnaryMethod> _direct;
    private readonly IHttpContextFactory _contexts;
    private readonly Timer _heart;

    /// <param name="options">Limits and keepalive.</param>
    /// <param name="direct">Methods that are served without a context, by path: unary ones that never hold a thread for long.</param>
    /// <param name="maxMessageBytes">Of a request.</param>
    /// <param name="contexts">Makes the contexts of all other requests.</param>
    /// <param name="other">Serves these.</param>
    /// <param name="logger">Where broken connections are told.</param>
    public Http2Server(
        ServerOptions options, FrozenDictionary<string, IUnaryMethod> direct, int maxMessageBytes, IHttpContextFactory contexts,
        RequestDelegate other, ILogger logger)
    {
        (_direct, _contexts, Other, Log, MaxMessageBytes) = (direct, contexts, other, logger, maxMessageBytes);
        MaxStreams = (int)Math.Min(options.Requests.MaxConcurrentStreams, int.MaxValue);
        KeepAliveIntervalMs = Ms(options.KeepAlive.Interval);
        KeepAliveTimeoutMs = Ms(options.KeepAlive.Timeout);
        _heart = new Timer(_ => Beat(), null, Limits.HeartbeatOfConnections, Limits.HeartbeatOfConnections);
    }

    public RequestDelegate Other { get; }

    public ILogger Log { get; }

    public int MaxMessageBytes { get; }

    /// <summary>--max-concurrent-streams.</summary>
    public int MaxStreams { get; }

    /// <summary>After how much silence a client is asked whether it is there, and how long it may take to answer.</summary>
    public long KeepAliveIntervalMs { get; }

    public long KeepAliveTimeoutMs { get; }

    /// <summary>Serves one connection to its end.</summary>
    public async Task ServeAsync(ConnectionContext transport)
    {
        var connection = new Http2Connection(this, transport);
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

    /// <summary>Decides who takes a request.</summary>
    public IRequest Begin(Http2Stream stream)
    {
        if (stream.Head is { Method: "POST", MessageEncoding: "" or "identity" } head && GrpcWire.IsContentType(head.ContentType)
            && stream.Connection.EndPoint.Role.HasFlag(ListenRole.Grpc) && MethodBehind(head.Path!) is { } method)
        {
            return new UnaryCall(this, stream, method);
        }

        return BeginExchange(stream);
    }

    /// <summary>Serves a request by a context, whose handler begins at once.</summary>
    public HttpExchange BeginExchange(Http2Stream stream)
    {
        var exchange = new HttpExchange(this, _contexts, stream);
        ThreadPool.UnsafeQueueUserWorkItem(exchange, preferLocal: false);
        return exchange;
    }

    public void Dispose() => _heart.Dispose();

    // A path is looked up once per connection: its field stands in the client's table from then on.
    private IUnaryMethod? MethodBehind(HeaderField path)
    {
        path.Meaning ??= _direct.GetValueOrDefault(path.Value) ?? _elsewhere;
        return path.Meaning as IUnaryMethod;
    }

    private static long Ms(TimeSpan time) => time > TimeSpan.Zero ? (long)time.TotalMilliseconds : long.MaxValue;

    private void Beat()
    {
        foreach (var connection in _connections.Keys)
        {
            connection.Beat();
        }
    }
}
