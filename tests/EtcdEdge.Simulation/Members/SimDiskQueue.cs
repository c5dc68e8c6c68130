using EtcdEdge.Server.Node;
using EtcdEdge.Simulation.World;
using EtcdEdge.Storage.Wal;

namespace EtcdEdge.Simulation.Members;

/// <summary>
/// The disk thread as a schedule: a group is written and flushed in one moment some time after it was submitted, and the loop hears of it some
/// time later; a crash may fall before, between and after. While a stall lasts, every flush waits for its end.
/// </summary>
internal sealed class SimDiskQueue(Life life, Cluster cluster) : IDiskQueue
{
    private WalGroup? _group;

    public void Submit(WalGroup group)
    {
        _group = group;
        var meanUs = cluster.IsLoadOver ? Math.Min(cluster.Plan.FlushUs, Limits.HealedFlushUs) : cluster.Plan.FlushUs;
        cluster.Time.After(cluster.Random.NextInt64(1, 2 * meanUs), () => life.Run(() => Write(group)));
    }

    private void Write(WalGroup group)
    {
        if (life.Member.StalledUntilUs > cluster.Time.NowUs)
        {
            cluster.Time.After(50 * VirtualTime.Ms, () => life.Run(() => Write(group)));
            return;
        }

        life.Store.Wal.Write(group);
        life.Member.Damage.GroupFlushed();
        cluster.Trace.Note("flush", life.Member.Number);
        cluster.Time.After(cluster.Random.NextInt64(1, 300), () => life.Run(() => Report(group)));
    }

    private void Report(WalGroup group)
    {
        _group = null;
        life.Post(NodeInputKind.Flushed, group);
        while (_group is null && cluster.Random.Next(2) == 0 && life.Store.Wal.Maintain())
        {
        }
    }

    /// <summary>As the disk's thread when it is woken while nothing is written.</summary>
    public void Look()
    {
        while (_group is null && life.Store.Wal.Maintain())
        {
        }
    }
}
