using EtcdEdge.Server.Bootstrap;
using EtcdEdge.Server.Configuration;
using EtcdEdge.Server.Metrics;
using EtcdEdge.Simulation.Checkers;
using EtcdEdge.Simulation.Members;

namespace EtcdEdge.Simulation.World;

/// <summary>Everything of one run: time, chance, members, network, and what was seen.</summary>
internal sealed class Cluster
{
    private readonly HashSet<Member> _rotten = [];
    private int _operations;

    public Cluster(SimulationOptions options)
    {
        Options = options;
        Random = new Random(options.Seed);
        Plan = Plan.Draw(Random, options);
        Trace = new Trace(Time, options.Print);
        Checks = new Checks(Time);
        Network = new Network(this);
        Members = MakeMembers();
    }

    public SimulationOptions Options { get; }

    public Random Random { get; }

    public Plan Plan { get; }

    public VirtualTime Time { get; } = new();

    public Trace Trace { get; }

    public Checks Checks { get; }

    public Network Network { get; }

    public IReadOnlyList<Member> Members { get; }

    public EtcdMetrics Metrics { get; } = new(default, FeatureGates.Defaults);

    /// <summary>Every request of every client.</summary>
    public List<Operation> History { get; } = [];

    /// <summary>Clients begin nothing more.</summary>
    public bool IsLoadOver { get; set; }

    /// <summary>Processes that ended without being asked.</summary>
    public int Crashes { get; set; }

    /// <summary>Keys of the plain clients, and one for each lease client.</summary>
    public int KeyCount => Plan.Keys + Plan.LeaseClients;

    public int NextOperation() => ++_operations;

    /// <summary>The member with this Raft id, or −1.</summary>
    public int NumberOf(ulong id)
    {
        for (int i = 0; i < Members.Count; i++)
        {
            if (Members[i].Id == id)
            {
                return i;
            }
        }
        return -1;
    }

    /// <summary>A running process, by chance; null when none runs.</summary>
    public Life? AnyLife()
    {
        var lives = Lives();
        return lives.Count == 0 ? null : lives[Random.Next(lives.Count)];
    }

    public List<Life> Lives()
    {
        var lives = new List<Life>(Members.Count);
        foreach (var member in Members)
        {
            if (member.Life is { } life)
            {
                lives.Add(life);
            }
        }
        return lives;
    }

    /// <summary>Whether a bit of this member's log was flipped: it may refuse to start.</summary>
    public bool IsRotten(Member member) => _rotten.Contains(member);

    /// <summary>Room for one more member whose log may be lost for good: the others are a quorum.</summary>
    public bool TryRot(Member member)
    {
        if (!_rotten.Contains(member) && 2 * (_rotten.Count + 1) >= Members.Count)
        {
            return false;
        }
        _rotten.Add(member);
        return true;
    }

    private Member[] MakeMembers()
    {
        var all = new List<InitialMember>();
        for (int i = 1; i <= Plan.Members; i++)
        {
            all.Add(new InitialMember($"m{i}", [new ListenUrl("http", $"m{i}", 2380)]));
        }
        var cluster = new ClusterOptions { InitialMembers = all };
        var birth = new ClusterBirth(cluster);
        var members = new Member[Plan.Members];
        for (int i = 0; i < members.Length; i++)
        {
            var options = new ServerOptions
            {
                Name = all[i].Name,
                DataDir = "/data",
                Cluster = cluster,
                Wal = new WalOptions { SegmentBytes = Limits.SegmentBytes },
                Raft = new RaftOptions { SnapshotCatchupEntries = Limits.CatchUpEntries },
            };
            members[i] = new Member(this, i, options, birth.Named(all[i].Name)!.Id);
        }
        return members;
    }
}
