using EtcdEdge.Simulation.Checkers;
using EtcdEdge.Simulation.Members;
using EtcdEdge.Simulation.Workload;
using EtcdEdge.Simulation.World;

namespace EtcdEdge.Simulation;

/// <summary>
/// One run: a cluster is born, gets load and trouble, is healed, must answer again, comes to rest, and is looked over. The order of these is
/// all there is here; what happens in each is in World and Workload, what must hold in Checkers.
/// </summary>
internal sealed class Simulation
{
    private readonly Cluster _cluster;
    private readonly Nemesis _nemesis;
    private readonly List<WatchClient> _watchers = [];
    private readonly List<(Operation Operation, Member Asked)> _probes = [];
    private bool _hasQuorum;

    private Simulation(SimulationOptions options)
    {
        _cluster = new Cluster(options);
        _nemesis = new Nemesis(_cluster);
    }

    /// <exception cref="SimulationFailure">A promise was broken; the message says which one and how to replay it.</exception>
    public static SimulationResult Run(SimulationOptions options)
    {
        var simulation = new Simulation(options);
        var context = SynchronizationContext.Current;
        // What waits for the world goes on within the event that it waited for, on this thread.
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            simulation.Run();
            return simulation.Result();
        }
        catch (Exception broken)
        {
            var (at, members) = (simulation._cluster.Time.NowUs / 1e6, simulation._cluster.Plan.Members);
            var where = $"seed {options.Seed}, {members} members, at {at:F6} s";
            throw new SimulationFailure($"{where}: {broken.Message}\n  replay: {options.Replay}", broken);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    private void Run()
    {
        Begin();
        _cluster.Time.RunUntil(_cluster.Plan.TroubleUs);
        _cluster.IsLoadOver = true;
        _nemesis.Heal();
        Pass(Limits.HealedUs);
        var voters = _cluster.Checks.Configurations.Newest.Voters;
        _hasQuorum = 2 * voters.Count(id => _cluster.Members[_cluster.NumberOf(id)].IsOut) < voters.Count;
        if (_hasQuorum)
        {
            Probe();
            Pass(Limits.ProbeUs);
            CheckProbes();
            Pass(Limits.SettleUs);
            CheckRest();
        }

        CheckHistory();
    }

    private void Begin()
    {
        foreach (var member in _cluster.Members)
        {
            _cluster.Time.After(_cluster.Random.NextInt64(500 * VirtualTime.Ms), member.Start);
        }

        for (var i = 0; i < _cluster.Plan.Operators; i++)
        {
            new Operator(_cluster).Begin();
        }

        var clients = Enumerable.Range(0, _cluster.Plan.Clients).Select(number => new Client(_cluster, number)).ToList();
        clients.ForEach(client => client.Begin());
        for (var key = _cluster.Plan.Keys; key < _cluster.KeyCount; key++)
        {
            new LeaseClient(_cluster, clients[0], key).Begin();
        }

        for (var i = 0; i < _cluster.Plan.Watchers; i++)
        {
            _watchers.Add(new WatchClient(_cluster));
            _watchers[i].Begin();
        }

        if (_cluster.Options.Bug == Bug.Diverge)
        {
            _cluster.Time.After(_cluster.Plan.TroubleUs / 2, Diverge);
        }

        CompareHashes();
        _nemesis.Begin();
    }

    private void Pass(long us) => _cluster.Time.RunUntil(_cluster.Time.NowUs + us);

    private void CompareHashes()
    {
        foreach (var life in _cluster.Lives())
        {
            _cluster.Checks.Hashes.Check(life.Member.Number, life.Node.Root);
        }

        _cluster.Time.After(400 * VirtualTime.Ms, CompareHashes);
    }

    // Liveness: everything is healed, so every member that may run takes a write and serves a linearizable read.
    private void Probe()
    {
        foreach (var member in _cluster.Members.Where(member => IsMember(member) && !member.IsOut))
        {
            var client = new Client(_cluster, _cluster.Plan.Clients + member.Number);
            Probe(client, new Operation { Id = _cluster.NextOperation(), Kind = OperationKind.Put }, member);
            Probe(client, new Operation { Id = _cluster.NextOperation(), Kind = OperationKind.Range, Key = Operation.AllKeys }, member);
        }
    }

    private bool IsMember(Member member) => _cluster.Checks.Configurations.Newest.Contains(member.Id);

    private bool KnowsAMember(Life life) =>
        life.Store.State.Cluster.View.Members.Select(known => known.Id).Concat(life.Member.Named).Any(_cluster.Checks.Configurations.Newest.Contains);

    private void Probe(Client client, Operation operation, Member member)
    {
        _probes.Add((operation, member));
        client.Invoke(operation, member.Number, Limits.ProbeUs, _ => { });
    }

    private void CheckProbes()
    {
        // Who was removed may wait for a while before it leaves, and hears of nothing any more.
        foreach (var (probe, asked) in _probes)
        {
            if (probe.Outcome is null && IsMember(asked))
            {
                _cluster.Lives().ForEach(life => _cluster.Trace.Explain(life.ToString()));
                throw new SimulationFailure($"no answer {Limits.HealedUs / VirtualTime.Second} s after everything was healed (liveness): {probe}");
            }
        }
    }

    private void CheckRest()
    {
        var lives = _cluster.Lives();
        CompareHashes();
        RaftChecker.CheckLogs(lives);
        foreach (var life in lives)
        {
            if (!IsMember(life.Member))
            {
                // Who knows of nobody that is left, from its log or from --initial-cluster, does not know whom to ask. Who has heard of it waits its
                // patience out.
                if (!KnowsAMember(life) || life.RemovedMemberShutdown.HasBegun)
                {
                    continue;
                }

                throw new SimulationFailure($"m{life.Member.Number + 1} was removed and does not know it");
            }

            CheckCaughtUp(life);
            LeaseChecker.CheckEnded(life.Member.Number, life.Store.State.Lessor.List(0));
        }

        foreach (var watcher in _watchers.Where(watcher => watcher.Server is null || IsMember(watcher.Server)))
        {
            watcher.CheckComplete();
        }
    }

    private void CheckHistory()
    {
        CheckAcknowledged();
        if (Linearizability.Check(_cluster.History, _cluster.KeyCount, MayHaveMade) is null)
        {
            throw new SimulationFailure($"nobody knows whether this is linearizable: the search gave up after {Limits.SearchStepsMax} steps");
        }
    }

    // Values name their writers, and tombstones the keys that a delete or a revocation took.
    private bool MayHaveMade(Operation operation, long revision)
    {
        if (revision > _cluster.Checks.Ledger.Newest)
        {
            return false;
        }

        var records = _cluster.Checks.Ledger.At(revision);
        return records.Count == 0 || operation.Kind switch
        {
            OperationKind.Delete => records is [{ IsTombstone: true } record] && KeySpace.NumberOf(record.Key.Span) == operation.Key,
            OperationKind.Revoke => records.All(record => record.IsTombstone),
            _ => KeySpace.CellOf(records[^1]).Value == operation.Id,
        };
    }

    private void CheckCaughtUp(Life life)
    {
        if (life.Node.Root.Revision != _cluster.Checks.Ledger.Newest || life.Raft.AppliedIndex != _cluster.Checks.Raft.Applied)
        {
            throw new SimulationFailure(
                $"m{life.Member.Number + 1} rests at revision {life.Node.Root.Revision}, index {life.Raft.AppliedIndex}, where others are at "
                + $"{_cluster.Checks.Ledger.Newest}, {_cluster.Checks.Raft.Applied}");
        }
    }

    // Every acknowledged write stands at the revision it was acknowledged with; the ledger is what all members agree on.
    private void CheckAcknowledged()
    {
        foreach (var operation in _cluster.History)
        {
            if (operation.Wrote && operation.Outcome!.Revision > _cluster.Checks.Ledger.Newest)
            {
                throw new SimulationFailure($"an acknowledged write is lost: {operation}");
            }
        }
    }

    private void Diverge()
    {
        if (_cluster.AnyLife() is { } life)
        {
            var store = life.Store.State.Store;
            store.Begin();
            store.Put(KeySpace.Key(0), KeySpace.Value(_cluster.NextOperation(), 9), 0);
            store.End();
        }
    }

    private SimulationResult Result() => new()
    {
        TraceHash = _cluster.Trace.Hash,
        Members = _cluster.Plan.Members,
        Acknowledged = _cluster.History.Count(operation => operation.Wrote),
        Unknown = _cluster.History.Count(operation => operation.Outcome is null && !operation.IsVoid && operation.Kind != OperationKind.Revoke),
        Reads = _cluster.History.Count(operation => operation.Kind == OperationKind.Range && operation.Outcome is not null),
        WatchEvents = _watchers.Sum(watcher => watcher.Events),
        Elections = _cluster.Checks.Raft.Elections,
        Refusals = _cluster.Members.Count(member => member.HasRefused),
        Counts = _cluster.Counts,
        Revision = _cluster.Checks.Ledger.Newest,
        VirtualMs = _cluster.Time.NowUs / VirtualTime.Ms,
        HasQuorum = _hasQuorum,
    };
}
