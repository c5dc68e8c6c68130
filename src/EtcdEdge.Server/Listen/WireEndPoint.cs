using System.Net;
using EtcdEdge.Server.Configuration;

namespace EtcdEdge.Server.Listen;

/// <summary>
/// One protocol of one listen URL. Kestrel decides the protocol per endpoint and, in cleartext, always for HTTP/1.1 where both are allowed
/// (aspnetcore #13502), so a URL that speaks both is given to Kestrel as two endpoints that share a socket.
/// </summary>
internal sealed class WireEndPoint(ListenUrl url, ListenRole role, bool isHttp2) : EndPoint
{
    public ListenUrl Url { get; } = url;

    public ListenRole Role { get; } = role;

    public bool IsHttp2 { get; } = isHttp2;

    public override string ToString() => Url.ToString();
}
