using EtcdEdge.Raft.Membership;
using EtcdEdge.Raft.Model;
using EtcdEdge.Raft.Tests.Harness;

namespace EtcdEdge.Raft.Tests.Fuzz;

/// <summary>
/// One random life of one cluster, all of it decided by the seed: its size and options, the order of deliveries, ticks and flushes, what is
/// lost, doubled, cut off and crashed, and what the clients ask for. At the end the faults stop and the cluster has to recover.
/// </summary>
internal sealed class FuzzCluster
{
    private const int RecoveryRounds = 600;
    private const ulong MaxMembers = 6;

    private readonly Random _random;
    private readonly Checker _checker = new();
    private readonly SortedDictionary<ulong, Member> _members = [];
    private readonly SortedDictionary<ulong, Member> _down = [];
    private readonly List<Message> _network = [];
    private readonly HashSet<(ulong, ulong)> _cut = [];
    private readonly Action<string>? _trace;
    private readonly RaftOptions _template;
    private readonly FuzzBugs _bugs;
    private readonly bool _changesMembers;
    private readonly int _faultsPerMille;
    private ulong _proposals;

    public FuzzCluster(int seed, InjectedBug sabotage = InjectedBug.None, FuzzBugs bugs = FuzzBugs.None, Action<string>? trace = null)
    {
        _random = new Random(seed);
        _trace = trace;
        _bugs = bugs;
        _template = RandomOptions(seed, sabotage);
        _changesMembers = Chance(500);
        _faultsPerMille = _random.Next(0, 40);
        var founders = new[] { 1, 3, 3, 3, 5 }[_random.Next(5)];
        var byLog = Chance(500);
        for (var id = 1; id <= founders; id++)
        {
            Start((ulong)id, byLog ? FoundersLog(founders) : FoundersSnapshot(founders));
        }
    }

    /// <summary>What happened, for the test's summary.</summary>
    public (ulong Applied, int Reads) Result => (_checker.Applied, _checker.ReadsConfirmed);

    /// <summary>Lives through <paramref name="steps"/> random events, then recovers.</summary>
    public void Run(int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            Act(step);
        }

        Recover();
    }

    private void Act(int step)
    {
        if (step % 256 == 0)
        {
            Checker.CheckLogs([.. _members.Values]);
        }

        if (_random.Next(1000) < _faultsPerMille)
        {
            Fault();
            return;
        }

        switch (_random.Next(100))
        {
            case < 45:
                DeliverAny();
                break;
            case < 65:
                With(Any(), RunReady);
                break;
            case < 78:
                With(Any(), Flush);
                break;
            case < 86:
                TickSome();
                break;
            case < 94:
                With(Any(), Propose);
                break;
            default:
                With(Any(), Read);
                break;
        }
    }

    private void Fault()
    {
        switch (_random.Next(12))
        {
            case 0 or 1:
                With(Any(), Crash);
                break;
            case 2 or 3:
                RestartAny();
                break;
            case 4:
                CutSome(_random.Next(1, 4));
                break;
            case 5 when Chance(500):
                _cut.Clear();
                break;
            case 6:
                With(Any(), member => Do(member, $"transfer from {member.Id}", raft => raft.TransferLeadership(AnyId())));
                break;
            case 7 or 8 when _changesMembers:
                With(Any(), ChangeMembers);
                break;
            case 9:
                With(Any(), member => Say(member.Checkpoint((ulong)_random.Next(8)), $"{member.Id} compacts"));
                break;
            case 10:
                With(Any(), Nudge);
                break;
            case 11 when Chance(100):
                PowerCut();
                break;
        }
    }

    private void Nudge(Member member)
    {
        switch (_random.Next(5))
        {
            case 0:
                Do(member, $"{member.Id} campaigns", raft => raft.Campaign());
                break;
            case 1:
                Do(member, $"{member.Id} forgets its leader", raft => raft.ForgetLeader());
                break;
            case 2:
                Do(member, $"{member.Id} is told that one is unreachable", raft => raft.ReportUnreachable(AnyId()));
                break;
            case 3:
                Do(member, $"{member.Id} is told that one is dead", raft => raft.ReportDead(AnyId()));
                break;
            default:
                var election = _template.ReadOnly == ReadOnlyOption.LeaseBased ? 10 : _random.Next(5, 20);
                Do(member, $"{member.Id} gets new timing", raft => raft.SetTiming(election, _random.Next(1, 4)));
                break;
        }
    }

    private void DeliverAny()
    {
        if (_network.Count == 0)
        {
            return;
        }

        var at = _random.Next(_network.Count);
        var message = _network[at];
        if (!Chance(30) || message.Type == MessageType.Snapshot)
        {
            (_network[at], _network[^1]) = (_network[^1], _network[at]);
            _network.RemoveAt(_network.Count - 1);
        }

        Deliver(message, lost: Chance(_faultsPerMille * 2));
    }

    private void Deliver(Message message, bool lost)
    {
        lost |= _cut.Contains((message.From, message.To)) || !_members.ContainsKey(message.To);
        _trace?.Invoke($"{(lost ? "lost" : "step")} {Trace.Text(message)}");
        if (!lost)
        {
            var arrived = message.Type == MessageType.Snapshot && Chance(300) ? Newer(message) : message;
            Do(_members[message.To], null, raft => raft.Step(arrived));
        }

        if (message.Type == MessageType.Snapshot && _members.TryGetValue(message.From, out var sender))
        {
            Do(sender, null, raft => raft.ReportSnapshot(message.To, !lost));
        }
    }

    // The caller sends the newest state it has, not the one the intent named.
    private Message Newer(Message message)
    {
        if (!_members.TryGetValue(message.From, out var member) || member.Raft.Term != message.Term)
        {
            return message;
        }

        var raft = member.Raft;
        return raft.TermAt(raft.AppliedIndex) is { } term && raft.AppliedIndex >= message.Snapshot!.Index
            ? message with { Snapshot = new SnapshotMetadata(raft.AppliedIndex, term, raft.ConfState) }
            : message;
    }

    private void RunReady(Member member)
    {
        if (!member.Raft.HasReady)
        {
            return;
        }

        member.RunReady(ready =>
        {
            _trace?.Invoke(Trace.Text(member.Id, ready).TrimEnd('\n'));
            if (ready.Snapshot is { } snapshot)
            {
                _checker.Started(member.Id, snapshot.Index);
            }
        });
        member.Reads.ForEach(read => _checker.OnRead(member, read));
        member.Reads.Clear();
        _checker.OnStep(member);
    }

    private void Flush(Member member)
    {
        if (member.FlushOne() is { } write)
        {
            _trace?.Invoke($"{member.Id} flushed {write.Number}");
            _checker.OnStep(member);
        }
    }

    // A lease is a promise about time: with lease-based reads all clocks run alike.
    private void TickSome()
    {
        if (_template.ReadOnly == ReadOnlyOption.LeaseBased)
        {
            TickAll();
        }
        else
        {
            With(Any(), member => Do(member, $"tick {member.Id}", raft => raft.Tick()));
        }
    }

    private void TickAll()
    {
        _trace?.Invoke("tick all");
        foreach (var member in _members.Values)
        {
            Do(member, null, raft => raft.Tick());
        }
    }

    private void Propose(Member member)
    {
        var data = new byte[8 + (Chance(50) ? _random.Next(300) : 0)];
        BitConverter.TryWriteBytes(data, ++_proposals);
        var count = _random.Next(1, 4);
        for (var i = 0; i < count && member.Raft.Role == Role.Leader; i++)
        {
            Do(member, $"{member.Id} proposes {_proposals}", raft => raft.Propose(data));
        }
    }

    private void Read(Member member)
    {
        var context = _checker.ReadAsked(member.Id);
        Do(member, $"{member.Id} reads {context}", raft => raft.ReadIndex(context));
    }

    private void ChangeMembers(Member member)
    {
        var changes = new ConfChangeSingle[_random.Next(0, 4)];
        for (var i = 0; i < changes.Length; i++)
        {
            changes[i] = new ConfChangeSingle((ConfChangeType)_random.Next(3), (ulong)_random.NextInt64(1, (long)MaxMembers + 1));
        }

        var change = new ConfChange { Changes = changes, Transition = changes.Length == 0 ? 0 : (ConfChangeTransition)_random.Next(3) };
        Do(member, $"{member.Id} proposes {Trace.Text(change)}", raft => raft.ProposeConfChange(change));
        foreach (var id in changes.Select(step => step.Id).Where(id => !_members.ContainsKey(id) && !_down.ContainsKey(id)))
        {
            Start(id, new MemberDisk());
        }
    }

    private void Crash(Member member)
    {
        _trace?.Invoke($"{member.Id} crashes");
        member.Crash(_random.Next(member.Writes.Count + 1), _random.Next(4));
        _members.Remove(member.Id);
        _down[member.Id] = member;
        if (Chance(700))
        {
            Restart(member);
        }
    }

    private void PowerCut()
    {
        _network.Clear();
        foreach (var member in _members.Values.ToArray())
        {
            Crash(member);
        }
    }

    private void RestartAny()
    {
        if (_down.Count > 0)
        {
            Restart(_down.Values.ElementAt(_random.Next(_down.Count)));
        }
    }

    private void Restart(Member member)
    {
        if (_bugs.HasFlag(FuzzBugs.ForgetVoteAtCrash))
        {
            member.Disk.Hard = member.Disk.Hard with { Vote = 0 };
        }

        if (_bugs.HasFlag(FuzzBugs.DiskLies) && member.Disk.Entries.Count > 0 && member.Disk.LastIndex > member.Disk.Hard.Commit)
        {
            member.Disk.Entries.RemoveAt(member.Disk.Entries.Count - 1);
        }

        _down.Remove(member.Id);
        Start(member.Id, member.Disk);
    }

    private void Start(ulong id, MemberDisk disk)
    {
        var member = new Member(_template with { Id = id }, disk, _network.Add, _checker.OnApply);
        _trace?.Invoke($"{id} starts: {Trace.Text(disk.Hard)} last={disk.LastIndex}");
        _checker.Started(id, disk.Start.Index);
        _members[id] = member;
    }

    /// <summary>Cuts a member, most likely one that leads, off the others: wholly (3), or in one direction (1, 2).</summary>
    private void CutSome(int directions)
    {
        var one = _members.Values.LastOrDefault(member => member.Raft.Role == Role.Leader && Chance(700))?.Id ?? AnyId();
        _trace?.Invoke($"cut {one} {directions}");
        for (ulong id = 1; id <= MaxMembers; id++)
        {
            if ((directions & 1) != 0 && Chance(900))
            {
                _cut.Add((one, id));
            }

            if ((directions & 2) != 0 && Chance(900))
            {
                _cut.Add((id, one));
            }
        }
    }

    /// <summary>The faults end: within a bounded time there is a leader, and every member gets everything (liveness).</summary>
    private void Recover()
    {
        _trace?.Invoke("recovery");
        _cut.Clear();
        foreach (var member in _down.Values.ToArray())
        {
            Restart(member);
        }

        var target = default(ProposeResult);
        for (var round = 0; round < RecoveryRounds; round++)
        {
            Settle();
            var leader = _members.Values.Where(member => member.Raft.Role == Role.Leader).MaxBy(member => member.Raft.Term)?.Raft;
            if (leader is not null && target.Term != leader.Term)
            {
                var result = leader.Propose(new byte[8]);
                target = result.Accepted ? result : default;
            }
            else if (leader is not null && IsDone(leader, target.Index))
            {
                Checker.CheckLogs([.. _members.Values]);
                return;
            }

            TickAll();
        }

        Checker.Require(false, $"no recovery: target {target}, {string.Join("; ", _members.Values.Select(Describe))}");
    }

    private bool IsDone(RaftNode leader, ulong target) => leader.AppliedIndex >= target
        && _members.Values.All(member => !leader.ConfState.Contains(member.Id) || member.Raft.AppliedIndex >= target);

    private void Settle()
    {
        for (var busy = 20; busy > 0; busy--)
        {
            foreach (var member in _members.Values)
            {
                RunReady(member);
                Flush(member);
            }

            Message[] messages = [.. _network];
            _network.Clear();
            Array.ForEach(messages, message => Deliver(message, lost: false));
        }
    }

    private static string Describe(Member member) => $"{member.Id} {member.Raft.Role} term={member.Raft.Term} leader={member.Raft.Leader} "
        + $"commit={member.Raft.CommitIndex} applied={member.Raft.AppliedIndex} last={member.Raft.LastIndex} {member.Raft.ConfState}";

    private RaftOptions RandomOptions(int seed, InjectedBug sabotage)
    {
        var lease = Chance(250);
        return new RaftOptions
        {
            Id = 1,
            Seed = (ulong)seed,
            ElectionTicks = 10,
            HeartbeatTicks = _random.Next(1, 3),
            MaxEntryBytesPerMessage = _random.Next(1, 400),
            MaxInflightMessages = _random.Next(1, 10),
            MaxInflightBytes = _random.Next(1, 2000),
            MaxUncommittedBytes = _random.Next(100, 10000),
            PreVote = Chance(700),
            CheckQuorum = lease || Chance(700),
            ReadOnly = lease ? ReadOnlyOption.LeaseBased : ReadOnlyOption.Safe,
            InjectedBug = sabotage,
        };
    }

    private static MemberDisk FoundersSnapshot(int count)
    {
        var conf = new ConfState { Voters = [.. Enumerable.Range(1, count).Select(id => (ulong)id)] };
        return new MemberDisk { Start = new SnapshotMetadata(1, 1, conf), Hard = new HardState(1, 0, 1) };
    }

    private static MemberDisk FoundersLog(int count)
    {
        var members = Enumerable.Range(1, count).Select(id => ConfChange.Of(ConfChangeType.AddVoter, (ulong)id)).ToArray();
        var (hard, entries) = BootstrapLog.Create(members);
        var disk = new MemberDisk { Hard = hard };
        disk.Append([.. entries]);
        return disk;
    }

    private void Do<T>(Member member, string? what, Func<RaftNode, T> call) => Do(member, what, raft => { call(raft); });

    private void Do(Member member, string? what, Action<RaftNode> call)
    {
        if (what is not null)
        {
            _trace?.Invoke(what);
        }

        member.Do(call);
        _checker.OnStep(member);
    }

    private void Say(bool happened, string what)
    {
        if (happened)
        {
            _trace?.Invoke(what);
        }
    }

    private bool Chance(int perMille) => _random.Next(1000) < perMille;

    private ulong AnyId() => (ulong)_random.NextInt64(1, (long)MaxMembers + 1);

    private Member? Any() => _members.Count == 0 ? null : _members.Values.ElementAt(_random.Next(_members.Count));

    private static void With(Member? member, Action<Member> act)
    {
        if (member is not null)
        {
            act(member);
        }
    }
}
