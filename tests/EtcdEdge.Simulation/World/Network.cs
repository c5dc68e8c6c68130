using EtcdEdge.Raft.Model;
using EtcdEdge.Server.Node;

namespace EtcdEdge.Simulation.World;

/// <summary>
/// Loses, delays, doubles and reorders messages, and cuts links in single directions. A message that was under way when its link is cut is
/// lost too. Forwarded requests are never doubled: they travel over a connection. Who was removed is not let in.
/// </summary>
internal sealed class Network(Cluster cluster)
{
    private static readonly string[] s_names = Enum.GetNames<MessageType>();
    private readonly HashSet<(int From, int To)> _cut = [];
    private long _mendedUs;
    private bool _isHealed;

    public void Send(int from, Message message)
    {
        var copies = Chance(cluster.Plan.Duplicate) ? 2 : 1;
        for (; copies > 0; copies--)
        {
            Deliver(from, message.To, NodeInputKind.Message, message);
        }
    }

    public void Forward(int from, ulong leader, byte[] entry) => Deliver(from, leader, NodeInputKind.Forwarded, entry);

    /// <summary>Cuts or restores one direction between two members.</summary>
    public void Cut(int from, int to, bool isCut)
    {
        if (isCut)
        {
            _cut.Add((from, to));
        }
        else if (_cut.Remove((from, to)))
        {
            _mendedUs = cluster.Time.NowUs;
        }
    }

    /// <summary>Every link works; nothing is lost or slow any more.</summary>
    public void Heal()
    {
        _isHealed = true;
        Reconnect();
    }

    /// <summary>Restores all links; the weather stays as it is.</summary>
    public void Reconnect()
    {
        _cut.Clear();
        _mendedUs = cluster.Time.NowUs;
    }

    /// <summary>Whether either direction between two members is cut.</summary>
    public bool IsCut(int one, int other) => _cut.Contains((one, other)) || _cut.Contains((other, one));

    /// <summary>A connection stands: both run, and hear each other.</summary>
    public bool IsConnected(int from, int to) =>
        cluster.Members[from].Life is not null && cluster.Members[to].Life is not null && !IsCut(from, to);

    /// <summary>How long it has stood at most; any link that was mended counts for all.</summary>
    public TimeSpan? ConnectedFor(int from, int to)
    {
        if (!IsConnected(from, to))
        {
            return null;
        }

        var since = Math.Max(_mendedUs, Math.Max(cluster.Members[from].Life!.StartedUs, cluster.Members[to].Life!.StartedUs));
        return TimeSpan.FromMicroseconds(cluster.Time.NowUs - since);
    }

    private void Deliver(int from, ulong toId, NodeInputKind kind, object subject)
    {
        var to = cluster.NumberOf(toId);
        if (to < 0 || _cut.Contains((from, to)) || Chance(cluster.Plan.Drop))
        {
            return;
        }

        cluster.Time.After(Delay(), () => Arrive(from, to, kind, subject));
    }

    private void Arrive(int from, int to, NodeInputKind kind, object subject)
    {
        if (_cut.Contains((from, to)) || cluster.Members[to].Life is not { } life || !life.Peers.LetsIn(cluster.Members[from].Id))
        {
            return;
        }

        if (subject is Message message)
        {
            cluster.Trace.Note(s_names[(int)message.Type - 1], to, from, (long)message.Term, (long)message.Index);
        }

        life.Post(kind, subject);
    }

    /// <summary>Whether a longer connection breaks now.</summary>
    public bool BreaksConnection() => Chance(cluster.Plan.Drop / 4);

    /// <summary>How long something is under way.</summary>
    public long Delay() => _isHealed ? cluster.Random.NextInt64(100, 2 * VirtualTime.Ms) : Chance(cluster.Plan.Slow)
        ? cluster.Random.NextInt64(Limits.MessageUsMax)
        : cluster.Random.NextInt64(cluster.Plan.MessageUs / 2, 2 * cluster.Plan.MessageUs);

    private bool Chance(double probability) => !_isHealed && probability > 0 && cluster.Random.NextDouble() < probability;
}
