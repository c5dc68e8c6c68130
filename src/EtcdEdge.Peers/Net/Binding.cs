using System.Net;
using System.Net.Sockets;
using EtcdEdge.Configuration;

namespace EtcdEdge.Peers.Net;

/// <summary>From a listen URL to a socket address, and from a failed bind to the line Go's net package prints for it.</summary>
public static class Binding
{
    /// <summary>The address to bind. Only addresses and "localhost" are bound, as in etcd; options were validated before.</summary>
    public static EndPoint EndPointOf(ListenUrl url) =>
        url.IsUnix ? new UnixDomainSocketEndPoint(url.Host) : new IPEndPoint(AddressOf(url), url.Port);

    /// <summary>"listen tcp 127.0.0.1:2379: bind: address already in use".</summary>
    public static ListenException Failed(ListenUrl url, SocketException error) =>
        new($"listen {(url.IsUnix ? "unix" : "tcp")} {url.Authority}: bind: {Describe(error)}", error);

    // Go resolves "localhost" to IPv4 first, and an empty host to every interface of both families.
    private static IPAddress AddressOf(ListenUrl url) => url.Host switch
    {
        "" => IPAddress.IPv6Any,
        "localhost" => IPAddress.Loopback,
        _ when IPAddress.TryParse(url.Host, out var address) => address,
        _ => throw new ListenException($"expected IP in URL for binding ({url})"),
    };

    private static string Describe(SocketException error) => error.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => "address already in use",
        SocketError.AddressNotAvailable => "cannot assign requested address",
        SocketError.AccessDenied => "permission denied",
        SocketError.AddressFamilyNotSupported => "address family not supported by protocol",
        _ => error.Message,
    };
}
