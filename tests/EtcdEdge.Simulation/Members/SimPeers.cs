using EtcdEdge.Peers;
using EtcdEdge.Raft;
using EtcdEdge.Raft.Model;
using EtcdEdge.Server.Node;
using EtcdEdge.Simulation.World;
using EtcdEdge.StateMachine.Cluster;

namespace EtcdEdge.Simulation.Members;

/// <summary>
/// One member's end of the simulated network, with the rules of Server/Peers about who is spoken to: the members as of the newest applied entry,
/// and who has called. A member that was removed is told so when it calls.
/// </summary>
internal sealed class SimPeers(Life life, Cluster cluster) : IPeers
{
    private readonly HashSet<ulong> _callers = [];
    private ClusterView _view = new();

    /// <param name="others">Whom a member that joins dials before its log tells it.</param>
    public void Begin(IEnumerable<ulong> others)
    {
        _callers.UnionWith(others);
        SetMembers(life.Store.State.Cluster.View);
        Dial();
    }

    public void SetMembers(ClusterView view)
    {
        _view = view;
        _callers.RemoveWhere(id => view.Removed.Contains(id));
    }

    public TimeSpan? ConnectedFor(ulong id) =>
        cluster.NumberOf(id) is >= 0 and var other ? cluster.Network.ConnectedFor(life.Member.Number, other) : null;

    public void Send(IReadOnlyList<Message> messages)
    {
        for (var i = 0; i < messages.Count; i++)
        {
            if (!Knows(messages[i].To))
            {
                continue;
            }

            if (messages[i].Type == MessageType.Snapshot)
            {
                life.SendState(messages[i]);
            }
            else
            {
                cluster.Network.Send(life.Member.Number, messages[i]);
            }
        }
    }

    public void Forward(ulong leader, ReadOnlyMemory<byte> entry)
    {
        if (Knows(leader))
        {
            cluster.Network.Forward(life.Member.Number, leader, entry.ToArray());
        }
    }

    /// <summary>A member calls: false when it was removed.</summary>
    public bool LetsIn(ulong caller)
    {
        if (_view.Removed.Contains(caller))
        {
            return false;
        }

        _callers.Add(caller);
        return true;
    }

    private bool Knows(ulong id) => _view.Find(id) is not null || _callers.Contains(id);

    // As Bootstrap/PeerDiscovery, sooner.
    private void AskInitialCluster()
    {
        var asked = cluster.Lives().Find(other =>
            life.Member.Named.Contains(other.Member.Id) && cluster.Network.IsConnected(life.Member.Number, other.Member.Number));
        if (asked is not null)
        {
            _callers.UnionWith(asked.Node.Cluster.Members.Select(member => member.Id)
                .Where(id => id != life.Member.Id && !_view.Removed.Contains(id)));
        }
    }

    // Connections are made anew now and then; what matters here is only that one side may say that the other is out.
    private void Dial()
    {
        if (life.Node.Status.Leader == 0)
        {
            AskInitialCluster();
        }

        foreach (var other in cluster.Lives())
        {
            if (other != life && Knows(other.Member.Id) && cluster.Network.IsConnected(life.Member.Number, other.Member.Number)
                && !other.Peers.LetsIn(life.Member.Id))
            {
                life.RemovedMemberShutdown.SaidBy(other.Member.Id);
            }
        }

        cluster.Time.After(cluster.Random.NextInt64(200, 1000) * VirtualTime.Ms, () => life.Run(Dial));
    }
}
