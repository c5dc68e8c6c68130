using System.Net.Sockets;
using EtcdEdge.Server.Logging;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;

namespace EtcdEdge;

/// <summary>
/// Tells systemd how far the server is (sd_notify(3)); nobody when NOTIFY_SOCKET is not set. A supervisor that does not listen is no reason to
/// stop serving: etcd logs and goes on, and so does this.
/// </summary>
internal sealed class Supervisor(ILogger logger)
{
    private readonly SystemdNotifier _notifier = new();

    public void Notify(ServiceState state)
    {
        try
        {
            _notifier.Notify(state);
        }
        catch (SocketException unreachable)
        {
            logger.SupervisorUnreachable(state.ToString(), unreachable.Message);
        }
    }
}
