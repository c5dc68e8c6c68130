using EtcdEdge.Raft;
using EtcdEdge.Server.Node;

namespace EtcdEdge.Simulation.World;

/// <summary>
/// Loses, delays, doubles and reorders messages, and cuts links in single directions. A message that was under way when its link is cut is
/// lost too. Forwarded requests are never doubled: they travel over a connection.
/// </summary>
internal sealed class Network(Cluster cluster)
{
    private readonly bool[,] _cut = new bool[cluster.Plan.Members, cluster.Plan.Members];
    private bool _isHealed;

    public void Send(int from, Message message)
    {
        int copies = Chance(cluster.Plan.Duplicate) ? 2 : 1;
        for (; copies > 0; copies--)
        {
            Deliver(from, message.To, NodeInputKind.Message, message);
        }
    }

    public void Forward(int from, ulong leader, byte[] entry) => Deliver(from, leader, NodeInputKind.Forwarded, entry);

    /// <summary>Cuts or restores one direction between two members.</summary>
    public void Cut(int from, int to, bool isCut) => _cut[from, to] = isCut;

    /// <summary>Every link works; nothing is lost or slow any more.</summary>
    public void Heal()
    {
        _isHealed = true;
        Array.Clear(_cut);
    }

    /// <summary>Restores all links; the weather stays as it is.</summary>
    public void Reconnect() => Array.Clear(_cut);

    private void Deliver(int from, ulong toId, NodeInputKind kind, object subject)
    {
        int to = cluster.NumberOf(toId);
        if (to < 0 || _cut[from, to] || Chance(cluster.Plan.Drop))
        {
            return;
        }
        cluster.Time.After(Delay(), () => Arrive(from, to, kind, subject));
    }

    private void Arrive(int from, int to, NodeInputKind kind, object subject)
    {
        if (_cut[from, to] || cluster.Members[to].Life is not { } life)
        {
            return;
        }
        if (subject is Message message)
        {
            cluster.Trace.Note(Names[(int)message.Type - 1], to, from, (long)message.Term, (long)message.Index);
        }
        life.Post(kind, subject);
    }

    private long Delay() => Chance(cluster.Plan.Slow)
        ? cluster.Random.NextInt64(Limits.MessageUsMax)
        : cluster.Random.NextInt64(cluster.Plan.MessageUs / 2, 2 * cluster.Plan.MessageUs);

    private bool Chance(double probability) => !_isHealed && probability > 0 && cluster.Random.NextDouble() < probability;

    private static readonly string[] Names = Enum.GetNames<MessageType>();
}
