using System.Net;
using System.Net.Sockets;
using EtcdEdge.Configuration;

namespace EtcdEdge.Peers;

/// <summary>Sockets between members: no Nagle, little buffered in the kernel, so that a heartbeat is not queued behind megabytes there.</summary>
public static class PeerSockets
{
    private const int IpProtoTcp = 6;
    private const int TcpNotSentLowAt = 25;
    private const int SolSocket = 1;
    private const int SoReusePort = 15;

    /// <summary>Connects to a peer URL. Throws <see cref="SocketException"/> or <see cref="OperationCanceledException"/>.</summary>
    public static async Task<Socket> ConnectAsync(ListenUrl url, CancellationToken cancel)
    {
        var socket = url.IsUnix
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            Tune(socket);
            await socket.ConnectAsync(url.IsUnix ? new UnixDomainSocketEndPoint(url.Host) : new DnsEndPoint(url.Host, url.Port), cancel);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Options of a listener before it is bound. SO_REUSEADDR is what .NET sets on Linux anyway; SO_REUSEPORT has no name there.</summary>
    public static void Reuse(Socket socket, bool reusePort)
    {
        if (reusePort)
        {
            socket.SetRawSocketOption(SolSocket, SoReusePort, BitConverter.GetBytes(1));
        }
    }

    /// <summary>Sets the options of a connected or connecting socket.</summary>
    public static void Tune(Socket socket)
    {
        socket.SendBufferSize = PeerLimits.SendBufferBytes;
        if (socket.ProtocolType == ProtocolType.Tcp)
        {
            socket.NoDelay = true;
            if (OperatingSystem.IsLinux())
            {
                socket.SetRawSocketOption(IpProtoTcp, TcpNotSentLowAt, BitConverter.GetBytes(PeerLimits.NotSentLowBytes));
            }
        }
    }
}
