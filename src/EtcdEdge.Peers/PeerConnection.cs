using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace EtcdEdge.Peers;

/// <summary>A connection to or from another member, with or without TLS. Closing it makes everything that reads or writes it fail at once.</summary>
public sealed class PeerConnection : IDisposable
{
    private readonly Socket _socket;

    public PeerConnection(Socket socket)
    {
        _socket = socket;
        Stream = new NetworkStream(socket, ownsSocket: true);
        Remote = socket.RemoteEndPoint;
    }

    /// <summary>The bytes; replaced once by the TLS stream around them.</summary>
    public Stream Stream { get; private set; }

    public EndPoint? Remote { get; }

    /// <summary>Goes on through <paramref name="tls"/>, which was authenticated.</summary>
    public void Secure(SslStream tls) => Stream = tls;

    // The socket first: a TLS stream would wait for room to send its close_notify.
    public void Dispose()
    {
        _socket.Dispose();
        Stream.Dispose();
    }
}
