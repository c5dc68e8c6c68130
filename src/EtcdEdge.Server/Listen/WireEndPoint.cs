using System.Net;
using EtcdEdge.Configuration;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace EtcdEdge.Server.Listen;

/// <summary>
/// One listen URL, in cleartext one protocol of it. Kestrel decides the protocol per endpoint and always chooses HTTP/1.1 in cleartext when both are
/// allowed (aspnetcore #13502), so a cleartext URL for both is passed to Kestrel as two endpoints that share a socket. Under TLS, ALPN decides.
/// </summary>
internal sealed class WireEndPoint(ListenUrl url, ListenRole role, HttpProtocols protocols) : EndPoint
{
    public ListenUrl Url { get; } = url;

    public ListenRole Role { get; } = role;

    public HttpProtocols Protocols { get; } = protocols;

    public bool IsHttp2 => Protocols == HttpProtocols.Http2;

    public override string ToString() => Url.ToString();
}
