using System.Net.Sockets;
using EtcdEdge.Server.Logging;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;

namespace EtcdEdge;

/// <summary>
/// Notifies systemd of the server's state (sd_notify(3)); does nothing when NOTIFY_SOCKET is not set. A notification that fails is logged and the
/// server continues, as in etcd.
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
