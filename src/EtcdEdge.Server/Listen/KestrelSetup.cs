using System.Net.Sockets;
using EtcdEdge.Server.Configuration;
using EtcdEdge.Server.Tls;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using KestrelListenOptions = Microsoft.AspNetCore.Server.Kestrel.Core.ListenOptions;
using ListenOptions = EtcdEdge.Server.Configuration.ListenOptions;

namespace EtcdEdge.Server.Listen;

/// <summary>Kestrel with etcd's limits: nothing that a quiet watch, a slow reader or a thousand streams on one connection would trip over.</summary>
internal static class KestrelSetup
{
    public static void Apply(KestrelServerOptions kestrel, ServerOptions options, IReadOnlyList<WireEndPoint> plan, TlsConnections? tls)
    {
        kestrel.AddServerHeader = false;
        Limit(kestrel.Limits, options);
        foreach (var endPoint in plan)
        {
            kestrel.Listen(endPoint, listen => Serve(listen, endPoint, tls));
        }
    }

    public static void Apply(SocketTransportOptions transport, ListenOptions options)
    {
        transport.IOQueueCount = Math.Min(Environment.ProcessorCount, Limits.SocketQueues);
        if (options.ReusePort)
        {
            transport.CreateBoundListenSocket = BindReusingPort;
        }
    }

    // A watch may be silent for hours and its reader slow: data rates and idle time end no connection, as in grpc-go.
    private static void Limit(KestrelServerLimits limits, ServerOptions options)
    {
        limits.MinResponseDataRate = null;
        limits.MinRequestBodyDataRate = null;
        limits.KeepAliveTimeout = Limits.IdleConnectionTimeout;
        limits.MaxRequestBodySize = null;
        limits.MaxResponseBufferSize = Limits.ResponseBufferBytes;
        limits.Http2.MaxStreamsPerConnection = (int)Math.Min(options.Requests.MaxConcurrentStreams, int.MaxValue);
        limits.Http2.InitialConnectionWindowSize = Limits.ConnectionWindowBytes;
        limits.Http2.InitialStreamWindowSize = Limits.StreamWindowBytes;
        limits.Http2.KeepAlivePingDelay = options.KeepAlive.Interval > TimeSpan.Zero ? options.KeepAlive.Interval : TimeSpan.MaxValue;
        limits.Http2.KeepAlivePingTimeout = options.KeepAlive.Timeout > TimeSpan.Zero ? options.KeepAlive.Timeout : TimeSpan.MaxValue;
    }

    private static void Serve(KestrelListenOptions listen, WireEndPoint endPoint, TlsConnections? tls)
    {
        listen.Protocols = endPoint.Protocols;
        listen.Use(next => connection =>
        {
            connection.Features.Set(endPoint);
            return next(connection);
        });
        if (endPoint.Url.IsTls)
        {
            var secure = tls ?? throw new ListenException($"cannot listen on TLS for {endPoint.Url.Authority}: there are no certificates");
            listen.Use(next => connection => secure.ServeAsync(connection, next));
        }
        if (endPoint.Protocols != HttpProtocols.Http1)
        {
            listen.Use(next => connection =>
            {
                connection.Transport = new ConnectionPipe(new AuthorityReader(connection.Transport.Input), connection.Transport.Output);
                return next(connection);
            });
        }
    }

    // SO_REUSEPORT (15 on Linux) has no name in .NET; SO_REUSEADDR is what .NET listeners set on Linux anyway.
    private static Socket BindReusingPort(System.Net.EndPoint endPoint)
    {
        const int solSocket = 1, soReusePort = 15;
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        socket.SetRawSocketOption(solSocket, soReusePort, BitConverter.GetBytes(1));
        socket.Bind(endPoint);
        return socket;
    }
}
