using System.Net;
using System.Net.Sockets;
using EtcdEdge.Configuration;
using EtcdEdge.Peers.Net;
using Microsoft.AspNetCore.Connections;

namespace EtcdEdge.Server.Listen;

/// <summary>
/// Binds listen URLs for Kestrel: each URL once, for all of its protocols, with Go's error texts. Kestrel binds its endpoints one after the other, so
/// no lock is needed.
/// </summary>
internal sealed class SharedPortFactory(IConnectionListenerFactory sockets, IReadOnlyList<WireEndPoint> plan)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private readonly Dictionary<ListenUrl, SharedPort> _ports = [];

    public bool CanBind(EndPoint endpoint) => endpoint is WireEndPoint;

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var wanted = (WireEndPoint)endpoint;
        if (wanted.Url.IsTls)
        {
            return await BindSocketAsync(wanted.Url, cancellationToken);
        }

        if (!_ports.TryGetValue(wanted.Url, out var port))
        {
            var socket = await BindSocketAsync(wanted.Url, cancellationToken);
            port = new SharedPort(socket, http1: Speaks(wanted.Url, isHttp2: false), http2: Speaks(wanted.Url, isHttp2: true));
            _ports.Add(wanted.Url, port);
        }

        return new WireListener(port, wanted);
    }

    private bool Speaks(ListenUrl url, bool isHttp2) => plan.Any(e => e.Url == url && e.IsHttp2 == isHttp2);

    private async ValueTask<IConnectionListener> BindSocketAsync(ListenUrl url, CancellationToken cancel)
    {
        try
        {
            RemoveStaleSocket(url);
            return await sockets.BindAsync(Binding.EndPointOf(url), cancel);
        }
        catch (AddressInUseException)
        {
            throw Binding.Failed(url, new SocketException((int)SocketError.AddressAlreadyInUse));
        }
        catch (SocketException e)
        {
            throw Binding.Failed(url, e);
        }
    }

    // A unix socket outlives its process; etcd removes it before binding too (client/pkg/transport/unix_listener.go).
    private static void RemoveStaleSocket(ListenUrl url)
    {
        if (url.IsUnix)
        {
            File.Delete(url.Host);
        }
    }
}
