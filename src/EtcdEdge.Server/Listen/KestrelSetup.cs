using System.Net.Sockets;
using EtcdEdge.Http2;
using EtcdEdge.Peers.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using KestrelListenOptions = Microsoft.AspNetCore.Server.Kestrel.Core.ListenOptions;
using ListenOptions = EtcdEdge.Configuration.ListenOptions;

namespace EtcdEdge.Server.Listen;

/// <summary>Kestrel with etcd's limits: nothing that a quiet watch, a slow reader or a thousand streams on one connection would trip over.</summary>
internal static class KestrelSetup
{
    /// <param name="kestrel">What is set up.</param>
    /// <param name="plan">The listen URLs.</param>
    /// <param name="tls">Under those that are https; null where there are none.</param>
    /// <param name="http2">Serves connections that speak HTTP/2 on an endpoint.</param>
    public static void Apply(KestrelServerOptions kestrel, IReadOnlyList<WireEndPoint> plan, TlsConnections? tls, Func<WireEndPoint,
        ConnectionContext, Task> http2)
    {
        kestrel.AddServerHeader = false;
        Limit(kestrel.Limits);
        foreach (var endPoint in plan)
        {
            kestrel.Listen(endPoint, listen => Serve(listen, endPoint, tls, http2));
        }
    }

    public static void Apply(SocketTransportOptions transport, ListenOptions options)
    {
        transport.IOQueueCount = Math.Min(Environment.ProcessorCount, ListenLimits.SocketQueues);
        if (options.ReusePort)
        {
            transport.CreateBoundListenSocket = BindReusingPort;
        }
    }

    // A watch may be silent for hours and its reader slow: data rates and idle time end no connection, as in grpc-go.
    private static void Limit(KestrelServerLimits limits)
    {
        limits.MinResponseDataRate = null;
        limits.MinRequestBodyDataRate = null;
        limits.KeepAliveTimeout = ListenLimits.IdleConnectionTimeout;
        limits.MaxRequestBodySize = null;
        limits.MaxResponseBufferSize = ConnectionLimits.ResponseBufferBytes;
    }

    private static void Serve(KestrelListenOptions listen, WireEndPoint endPoint, TlsConnections? tls,
        Func<WireEndPoint, ConnectionContext, Task> http2)
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

        listen.Use(next => connection => SpeaksHttp2(connection, endPoint) ? http2(endPoint, connection) : next(connection));
    }

    private static bool SpeaksHttp2(ConnectionContext connection, WireEndPoint endPoint) =>
        endPoint.IsHttp2 || connection.Features.Get<ITlsApplicationProtocolFeature>() is { } alpn
            && alpn.ApplicationProtocol.Span.SequenceEqual("h2"u8);

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
