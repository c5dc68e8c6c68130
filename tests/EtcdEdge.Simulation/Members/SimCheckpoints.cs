using EtcdEdge.Server.Checkpoints;
using EtcdEdge.Simulation.World;

namespace EtcdEdge.Simulation.Members;

/// <summary>
/// The checkpointer as a schedule: now and then it asks the loop for a state and, some time later, writes it in one moment of the world. A crash may fall
/// into any change of that, and the next start goes on from what stands. Only a lone member lets its log go behind: others are served from it until
/// states are sent between members.
/// </summary>
internal sealed class SimCheckpoints(Life life, Cluster cluster) : IPendingCall
{
    private Task<CapturedState>? _capture;

    public void Later() => cluster.Time.After(cluster.Random.NextInt64(50, 4_000) * VirtualTime.Ms, () => life.Run(Ask));

    public bool TryFinish()
    {
        if (_capture is not { IsCompleted: true } done)
        {
            return false;
        }
        cluster.Time.After(cluster.Random.NextInt64(1, 200) * VirtualTime.Ms, () => life.Run(() => Write(done.Result)));
        return true;
    }

    public void Lose()
    {
    }

    private void Ask()
    {
        _capture = life.Node.CaptureDurableAsync();
        life.Await(this);
    }

    // As the checkpointer: what fails is tried again, and costs nothing.
    private void Write(CapturedState captured)
    {
        try
        {
            life.Store.Checkpoints.Write(captured, shrink: cluster.Random.Next(8) == 0);
            cluster.Trace.Note("checkpoint", life.Member.Number);
            if (cluster.Members.Count == 1)
            {
                life.Store.Wal.ReleaseBefore(life.Store.Checkpoints.HeldTwice + 1);
            }
        }
        catch (IOException)
        {
            cluster.Trace.Note("no checkpoint", life.Member.Number);
        }
        Later();
    }
}
