using EtcdEdge.Configuration;
using EtcdEdge.Server.Metrics;
using EtcdEdge.Simulation.Checkers;
using EtcdEdge.Simulation.Members;
using EtcdEdge.Snapshots.Members;

namespace EtcdEdge.Simulation.World;

/// <summary>Everything of one run: time, chance, members, network, and what was seen.</summary>
internal sealed class Cluster
{
    private readonly List<Member> _members = [];
    private int _operations;

    public Cluster(SimulationOptions options)
    {
        Options = options;
        Random = new Random(options.Seed);
        Plan = Plan.Draw(Random, options);
        Trace = new Trace(Time, options.Print);
        Network = new Network(this);
        var founding = Found();
        Founders = [.. _members.Select(member => member.Id)];
        Checks = new Checks(this);
        Checks.Raft.Founded(founding);
    }

    public SimulationOptions Options { get; }

    public Random Random { get; }

    public Plan Plan { get; }

    public VirtualTime Time { get; } = new();

    public Trace Trace { get; }

    public Checks Checks { get; }

    public Network Network { get; }

    /// <summary>All boards there ever were, in the order they came; numbers are never given twice.</summary>
    public IReadOnlyList<Member> Members => _members;

    /// <summary>The ids of the members that the cluster began with.</summary>
    public IReadOnlyList<ulong> Founders { get; }

    public EtcdMetrics Metrics { get; } = new(default, FeatureGates.Defaults);

    /// <summary>Every request of every client.</summary>
    public List<Operation> History { get; } = [];

    /// <summary>Clients begin nothing more.</summary>
    public bool IsLoadOver { get; set; }

    /// <summary>Membership changes that may have been made and are not known to have been.</summary>
    public int ChangesUnderWay { get; set; }

    public Counts Counts { get; } = new();

    /// <summary>Keys of the plain clients, and one for each lease client.</summary>
    public int KeyCount => Plan.Keys + Plan.LeaseClients;

    public int NextOperation() => ++_operations;

    /// <summary>How long a fault lasts: mostly up to two seconds and a half, now and then ten.</summary>
    public long Duration() => Random.NextInt64(200, Random.Next(3) == 0 ? 10_000 : 2_500) * VirtualTime.Ms;

    /// <summary>The member with this Raft id, or −1.</summary>
    public int NumberOf(ulong id)
    {
        for (var i = 0; i < _members.Count; i++)
        {
            if (_members[i].Id == id)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>
    /// A running process that serves clients, by chance; null when there is none. Who has joined and heard nothing yet does not, nor who was removed.
    /// </summary>
    public Life? AnyLife()
    {
        var lives = Lives().FindAll(life => life.ServesClients && life.Raft.LastIndex > 0);
        return lives.Count == 0 ? null : lives[Random.Next(lives.Count)];
    }

    public List<Life> Lives()
    {
        var lives = new List<Life>(_members.Count);
        foreach (var member in _members)
        {
            if (member.Life is { } life)
            {
                lives.Add(life);
            }
        }

        return lives;
    }

    /// <summary>A member that a client may try: it runs, or will run again.</summary>
    public int AnyTarget()
    {
        var able = _members.Where(member => !member.IsOut && member.HasRun).ToArray();
        return able.Length == 0 ? 0 : able[Random.Next(able.Length)].Number;
    }

    /// <summary>
    /// Whether this member may be lost for good: the other voters are a quorum then, know of the newest change, so that none of them counts on who is
    /// gone, and no further change may make them fewer.
    /// </summary>
    public bool MayLose(Member member)
    {
        var configurations = Checks.Configurations;
        var ready = configurations.Newest.Voters.Count(id => NumberOf(id) is >= 0 and var number && _members[number] is { MayBeLost: false } voter
            && voter != member && voter.LastRaft!.AppliedIndex >= configurations.NewestChange);
        return ChangesUnderWay == 0 && (member.MayBeLost || 2 * ready > configurations.Newest.Voters.Count);
    }

    /// <summary>The same for its log; one that is damaged already may be damaged more.</summary>
    public bool TryDamageLog(Member member) => member.Damage.IsInLog || MayLose(member);

    /// <summary>How many of these ids may never speak again.</summary>
    public int Lost(IEnumerable<ulong> ids) => ids.Count(id => NumberOf(id) is var number && (number < 0 || _members[number].MayBeLost));

    /// <summary>A board of somebody who wants to join; it is up to the cluster whether it may.</summary>
    public Member Add(ServerOptions options, ulong id)
    {
        var member = new Member(this, _members.Count, options, id);
        _members.Add(member);
        return member;
    }

    public ServerOptions OptionsOf(string name, ClusterOptions cluster) => new()
    {
        Name = name,
        DataDir = "/data",
        Cluster = cluster,
        Wal = new WalOptions { SegmentBytes = Limits.SegmentBytes },
        Raft = new RaftOptions { SnapshotCatchupEntries = Plan.CatchUpEntries },
    };

    /// <summary>The first boards; returns the entries that their logs begin with.</summary>
    private IReadOnlyList<Raft.Model.Entry> Found()
    {
        var all = new List<InitialMember>();
        for (var i = 1; i <= Plan.Members; i++)
        {
            all.Add(new InitialMember($"m{i}", [new ListenUrl("http", $"m{i}", 2380)]));
        }

        var cluster = new ClusterOptions { InitialMembers = all };
        var birth = new InitialClusterMembers(cluster);
        foreach (var founder in all)
        {
            Add(OptionsOf(founder.Name, cluster), birth.Named(founder.Name)!.Id);
        }

        return birth.Log().Entries;
    }
}
