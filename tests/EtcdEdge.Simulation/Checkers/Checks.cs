using EtcdEdge.Api;
using EtcdEdge.Raft;
using EtcdEdge.Raft.Membership;
using EtcdEdge.Raft.Model;
using EtcdEdge.Simulation.Members;
using EtcdEdge.Simulation.Workload;
using EtcdEdge.Simulation.World;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Requests;

namespace EtcdEdge.Simulation.Checkers;

/// <summary>All checkers that look at members, and what they are told.</summary>
internal sealed class Checks
{
    private readonly Dictionary<int, long> _seen = [];
    private readonly long _logBound;

    public Checks(World.Cluster cluster)
    {
        _logBound = cluster.Plan.LogBoundBytes;
        Leases = new LeaseChecker(cluster.Time);
        Raft = new RaftChecker(cluster.Members, OnFirstApplied);
        Configurations = new ConfigurationChecker(cluster.Founders);
    }

    public RaftChecker Raft { get; }

    public ConfigurationChecker Configurations { get; }

    public RevisionLedger Ledger { get; } = new();

    public LeaseChecker Leases { get; }

    public HashChecker Hashes { get; } = new();

    public void Started(Life life)
    {
        Raft.Started(life);
        Configurations.Check(life);
        _seen[life.Member.Number] = 1;
        Published(life);
    }

    public void Stepped(Life life, in NodeView before)
    {
        Raft.Stepped(life, before);
        Configurations.Check(life);
        if (life.Store.Wal.BytesInUse > _logBound)
        {
            throw new SimulationFailure($"m{life.Member.Number + 1} has a log of {life.Store.Wal.BytesInUse} bytes, whose bound is {_logBound}");
        }
    }

    /// <summary>A process published a root; nobody was answered out of it yet.</summary>
    public void Published(Life life)
    {
        var member = life.Member.Number;
        var root = life.Node.Root;
        var seen = _seen[member];
        if (root.Revision < seen)
        {
            throw new SimulationFailure($"m{member + 1} went back from revision {seen} to {root.Revision}");
        }

        Ledger.Observe(member, root, seen);
        _seen[member] = root.Revision;
    }

    /// <summary>A range at an older revision, at any member: it answers what was published then, or that it is compacted or not there yet.</summary>
    public void ReadHistory(Life life, Random random, int keys)
    {
        var revision = random.NextInt64(1, Ledger.Newest + 1);
        var key = random.Next(keys);
        var error = life.Node.Root.Range(Requests.Range(key, revision), out var range);
        if (error == EtcdError.None && Ledger.IsComplete)
        {
            var expected = Ledger.Get(System.Text.Encoding.ASCII.GetString(KeySpace.Key(key)), revision);
            var found = range!.Records.IsEmpty ? null : range.Records.Span[0];
            if (expected is null ? found is not null : found is null || !RevisionLedger.Same(expected, found))
            {
                throw new SimulationFailure($"m{life.Member.Number + 1} answers otherwise for key {key} at revision {revision} than was published");
            }
        }
    }

    private void OnFirstApplied(Entry entry)
    {
        if (entry.Type == EntryType.ConfChange)
        {
            Configurations.Applied(entry.Index);
        }
        else if (!entry.Data.IsEmpty && EntryCodec.Parse(entry.Data) is { Kind: RequestKind.LeaseRevoke } request)
        {
            Leases.Revoked(LeaseRevokeRequest.Parser.ParseFrom(request.Payload.Span).ID);
        }
    }
}
