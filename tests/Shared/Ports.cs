using System.Net;
using System.Net.Sockets;

namespace EtcdEdge.Testing;

/// <summary>
/// TCP ports for servers under test. A port that the kernel chose lies where it also takes the near ends of outgoing connections from, so that a
/// client can have it before the server does; these lie below that range.
/// </summary>
internal static class Ports
{
    private const int First = 10_000;
    private const int End = 32_000;
    private static readonly HashSet<int> s_given = [];

    /// <summary>A port of 127.0.0.1 that nobody listens on and that this process was not given before.</summary>
    public static int Free()
    {
        lock (s_given)
        {
            while (true)
            {
                var port = Random.Shared.Next(First, End);
                if (!s_given.Contains(port) && IsFree(port))
                {
                    s_given.Add(port);
                    return port;
                }
            }
        }
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Any, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
