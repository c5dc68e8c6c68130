using EtcdEdge.Peers.Net;
using EtcdEdge.Server.Common;

namespace EtcdEdge.Server;

/// <summary>The client URLs of a server: opened at most once, closed at most once, and never opened after that. Any thread.</summary>
/// <param name="host">What is served behind it; not disposed here.</param>
internal sealed class ClientListeners(EtcdHost host)
{
    private readonly Lock _guard = new();
    private Task? _opening;
    private Task? _closing;

    /// <summary>Clients may come in.</summary>
    public bool IsOpen
    {
        get
        {
            lock (_guard)
            {
                return _opening is not null && _closing is null;
            }
        }
    }

    /// <summary>Binds the URLs; false when the door was closed before.</summary>
    /// <exception cref="ListenException">A URL cannot be listened on.</exception>
    public async Task<bool> OpenAsync(CancellationToken cancel)
    {
        lock (_guard)
        {
            if (_closing is not null)
            {
                return false;
            }

            _opening = host.StartAsync(cancel);
        }

        await _opening;
        return true;
    }

    /// <summary>Accepts no further connections and gives open calls <see cref="ServerLimits.StopTimeout"/>.</summary>
    public Task CloseAsync()
    {
        lock (_guard)
        {
            return _closing ??= StopAsync();
        }
    }

    private async Task StopAsync()
    {
        // The failure of a start is reported to the caller of the start.
        await (_opening ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await host.StopAsync();
    }
}
