namespace EtcdEdge.Bench.Compare;

/// <summary>
/// What a server that is left alone keeps in memory: after its checkpoint (Defragment makes one here, and gives etcd's database its smallest size
/// there), and after a restart from it.
/// </summary>
internal static class Resting
{
    private const int Keys = 100_000;
    private const int ValueBytes = 1_000;
    private const double MegaByte = 1e6;
    private static readonly TimeSpan s_restTime = TimeSpan.FromSeconds(20);

    public static async Task<double[]> RunAsync(Target target)
    {
        Load.Puts(target.Daemon.ClientPort, target.Count(Keys), ValueBytes);
        await target.Maintenance.DefragmentAsync(new Api.DefragmentRequest());
        await Task.Delay(s_restTime);
        var checkpointed = target.Daemon.ResidentBytes / MegaByte;
        await target.Daemon.StopAsync();
        await target.Daemon.StartAsync();
        await Task.Delay(s_restTime);
        return [checkpointed, target.Daemon.ResidentBytes / MegaByte];
    }
}
