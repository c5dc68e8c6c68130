using System.Net;
using Microsoft.AspNetCore.Connections;

namespace EtcdEdge.Server.Listen;

/// <summary>One protocol's view of a <see cref="SharedPort"/>, as Kestrel wants it.</summary>
internal sealed class WireListener(SharedPort port, WireEndPoint endPoint) : IConnectionListener
{
    public EndPoint EndPoint => endPoint;

    public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
        port.NextAsync(endPoint.IsHttp2, cancellationToken);

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => port.StopAsync(cancellationToken);

    public ValueTask DisposeAsync() => port.DisposeAsync();
}
