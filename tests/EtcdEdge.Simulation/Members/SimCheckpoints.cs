using EtcdEdge.Raft;
using EtcdEdge.Raft.Membership;
using EtcdEdge.Server.Checkpoints;
using EtcdEdge.Simulation.World;
using EtcdEdge.Snapshots.Checkpoints;
using EtcdEdge.Snapshots.State;

namespace EtcdEdge.Simulation.Members;

/// <summary>
/// The checkpointer as a schedule (Server/Checkpoints/Checkpointer): now and then it asks the loop for a state, some time later it writes it in one
/// moment of the world, and lets the log go behind the older file. A power cut may fall into any change of that, and the next start goes on from what
/// stands.
/// </summary>
internal sealed class SimCheckpoints(Life life, Cluster cluster) : IPendingCall
{
    private Task<CapturedSnapshot>? _capture;
    private bool _isAsking;
    private int _turn;

    public void Later() => After(cluster.Random.NextInt64(1, 2 * cluster.Plan.CheckpointUs));

    /// <summary>A state was installed. While it is the only checkpoint that joins the log, no damage may come to it.</summary>
    public void Soon()
    {
        life.Member.Damage.HasOneCheckpoint = true;
        if (!_isAsking)
        {
            After(cluster.Random.NextInt64(1, 300) * VirtualTime.Ms);
        }
    }

    /// <summary>The log is near its bound: writes will wait for a checkpoint, also after the load.</summary>
    public void Press()
    {
        if (!_isAsking)
        {
            After(cluster.Random.NextInt64(1, 300) * VirtualTime.Ms, isPressed: true);
        }
    }

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

    private void After(long us, bool isPressed = false)
    {
        var turn = ++_turn;
        cluster.Time.After(us, () =>
        {
            if (turn == _turn && (isPressed || !cluster.IsLoadOver))
            {
                life.Run(Ask);
            }
        });
    }

    private void Ask()
    {
        _capture = life.Node.CaptureDurableAsync();
        _isAsking = true;
        life.Await(this);
    }

    // What fails is tried again, and costs nothing.
    private void Write(CapturedSnapshot captured)
    {
        _isAsking = false;
        if (cluster.Options.Bug == Bug.ReleaseTooEarly)
        {
            life.Store.Wal.ReleaseBefore(captured.Metadata.Index + 1);
        }

        if (cluster.Options.Bug == Bug.ForgetMembership)
        {
            captured = captured with { Membership = new ConfState { Voters = [.. cluster.Founders] } };
        }

        try
        {
            var slot = life.Store.Checkpoints.Store.Next;
            if (life.Store.Checkpoints.Write(captured, shrink: cluster.Random.Next(8) == 0) is { } result)
            {
                Written(slot.Path, result);
            }
        }
        catch (IOException)
        {
            cluster.Trace.Note("no checkpoint", life.Member.Number);
        }

        if (life.Room.IsScarce && life.Store.Checkpoints.HeldTwice < life.Node.Status.AppliedIndex)
        {
            Press();
            return;
        }

        Later();
    }

    private void Written(string path, CheckpointResult result)
    {
        cluster.Counts.Checkpoints++;
        life.Member.Damage.CheckpointWritten(path, result.IsWhole);
        cluster.Trace.Note("checkpoint", life.Member.Number, (long)result.AppliedIndex, life.Member.Disk.Changes);
        life.Store.Wal.ReleaseBefore(life.Store.Checkpoints.HeldTwice + 1);
        if (life.Room.IsScarce)
        {
            life.LookAtLog();
        }
    }
}
