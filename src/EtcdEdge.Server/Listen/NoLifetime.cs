using Microsoft.Extensions.Hosting;

namespace EtcdEdge.Server.Listen;

/// <summary>Signals belong to the executable, which stops the node and the host in its own order.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
