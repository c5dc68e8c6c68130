using EtcdEdge.Configuration;
using EtcdEdge.Raft.Model;
using EtcdEdge.Simulation.World;
using EtcdEdge.Snapshots.Checkpoints;
using EtcdEdge.Snapshots.State;
using EtcdEdge.StateMachine.Proto;

namespace EtcdEdge.Simulation.Members;

/// <summary>
/// A leader's state on its way to one member, over a connection of its own (Server/Peers/SnapshotSender and SnapshotReceiver): the sender's bytes in
/// chunks, the receiver's own code behind them. The connection may break, a bit may be wrong in spite of everything, either process may end.
/// </summary>
internal sealed class StateTransfer(Cluster cluster, Life from, Message message, byte[] bytes) : IDisposable
{
    private readonly ChunkStream _stream = new();
    private Life? _to;
    private Task? _receiving;
    private int _at;
    private bool _isOver;

    /// <summary>Whom it is for.</summary>
    public ulong To => message.To;

    public void Begin()
    {
        if (cluster.Random.Next(12) == 0 && !cluster.IsLoadOver)
        {
            bytes[cluster.Random.Next(bytes.Length)] ^= (byte)(1 << cluster.Random.Next(8));
        }

        cluster.Time.After(cluster.Network.Delay(), Connect);
    }

    /// <summary>The connection is closed by one of the two: a newer state is on its way, or the process ends.</summary>
    /// <param name="isTold">The sender tells its Raft so.</param>
    public void Break(bool isTold)
    {
        if (_isOver)
        {
            return;
        }

        _isOver = true;
        _stream.Break(new IOException("the connection was closed"));
        if (_to is not null && _to.Incoming == this)
        {
            _to.Incoming = null;
        }

        from.Outgoing.Remove(this);
        if (isTold)
        {
            Tell(succeeded: false);
        }
    }

    /// <summary>The sender closes the connection, and its Raft has forgotten about it.</summary>
    public void Dispose()
    {
        Break(isTold: false);
        _stream.Dispose();
    }

    private void Connect()
    {
        var to = cluster.NumberOf(message.To);
        if (_isOver || !cluster.Network.IsConnected(from.Member.Number, to) || cluster.Members[to].Life is not { } life
            || !life.Peers.LetsIn(from.Member.Id))
        {
            Break(isTold: true);
            return;
        }

        _to = life;
        life.Incoming?.Break(isTold: true);
        life.Incoming = this;
        life.Run(() => _receiving = life.Receiver.ReceiveAsync(message, _stream, CancellationToken.None));
        Later();
    }

    private void Later() => cluster.Time.After(cluster.Network.Delay(), Bring);

    private void Bring()
    {
        if (_isOver)
        {
            return;
        }

        if (_to!.IsOver || !cluster.Network.IsConnected(from.Member.Number, _to.Member.Number) || cluster.Network.BreaksConnection())
        {
            Break(isTold: true);
            return;
        }

        _to.Run(() =>
        {
            if (_stream.IsHungry)
            {
                var end = Math.Min(bytes.Length, _at + cluster.Random.Next(1, cluster.Plan.StateChunkBytes));
                _stream.Arrive(bytes[_at..end]);
                _at = end;
            }

            Judge();
        });
        if (!_isOver)
        {
            Later();
        }
    }

    private void Judge()
    {
        if (_receiving is not { IsCompleted: true } done)
        {
            return;
        }

        var succeeded = true;
        try
        {
            done.GetAwaiter().GetResult();
        }
        catch (Exception refused) when (refused is IOException or MalformedMessageException)
        {
            cluster.Trace.Note("state refused", _to!.Member.Number);
            cluster.Trace.Explain(refused.Message);
            succeeded = false;
        }

        _isOver = true;
        _to!.Incoming = null;
        from.Outgoing.Remove(this);
        if (succeeded && cluster.Options.Bug == Bug.SnapshotOverNewer)
        {
            cluster.Time.After(cluster.Random.NextInt64(2, 12) * VirtualTime.Second, () => _to.Run(InstallAgain));
        }
        // The verdict has a way to go too.
        cluster.Time.After(cluster.Network.Delay(), () => Tell(succeeded));
    }

    private void InstallAgain()
    {
        var store = _to!.Store.Checkpoints.Store;
        using var again = new MemoryStream(bytes);
        var applier = StateMachineParts.Create(new ServerOptions()).Applier;
        using var received = SnapshotCodec.ReceiveAsync(again, _to.Store.Checkpoints, applier, CancellationToken.None).GetAwaiter().GetResult();
        store.Install(received.File);
        _to.Member.Restart(cutsPower: true);
    }

    private void Tell(bool succeeded) => from.Control(raft => raft.ReportSnapshot(message.To, succeeded));
}
