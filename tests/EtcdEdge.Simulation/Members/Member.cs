using EtcdEdge.Configuration;
using EtcdEdge.Raft;
using EtcdEdge.Raft.Model;
using EtcdEdge.Server.Bootstrap;
using EtcdEdge.Server.Common;
using EtcdEdge.Simulation.World;
using EtcdEdge.Storage;
using EtcdEdge.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EtcdEdge.Simulation.Members;

/// <summary>A board: its disk and its clock outlive the processes that run on it, one at a time.</summary>
internal sealed class Member
{
    private readonly Cluster _cluster;
    private ServerOptions _options;

    public Member(Cluster cluster, int number, ServerOptions options, ulong id)
    {
        _cluster = cluster;
        _options = options;
        Number = number;
        Id = id;
        Disk = new SimDisk(cluster.Random.Next());
        var skew = cluster.Random.Next(-Limits.ClockSkewPpm, Limits.ClockSkewPpm + 1);
        Clock = new MemberClock(cluster.Time, skew, cluster.Random.NextInt64(VirtualTime.Second * 1000));
    }

    public int Number { get; }

    public ulong Id { get; }

    public string Name => _options.Name;

    public SimDisk Disk { get; }

    public MemberClock Clock { get; }

    public Damage Damage { get; } = new();

    /// <summary>The running process; null while it is down.</summary>
    public Life? Life { get; private set; }

    /// <summary>Raft of the running process, or of the last one: what it says is flushed, the disk has.</summary>
    public RaftNode? LastRaft { get; private set; }

    /// <summary>It has been a member's process at least once.</summary>
    public bool HasRun => LastRaft is not null;

    /// <summary>It refused to start over a damaged log, as it must.</summary>
    public bool HasRefused { get; private set; }

    /// <summary>It never runs again: it refused, its disk died, it was removed and stopped, or it was never let in.</summary>
    public bool IsOut { get; private set; }

    /// <summary>It stopped because it was removed.</summary>
    public bool HasLeft { get; private set; }

    /// <summary>Nobody may count on it: it will not or may not come back, or has not come yet.</summary>
    public bool MayBeLost => IsOut || Damage.IsInLog || !HasRun;

    /// <summary>Flushes of this disk do nothing but wait until then.</summary>
    public long StalledUntilUs { get; set; }

    /// <summary>The next flush of its log will fail, unless the board is booted before.</summary>
    public bool IsFlushDoomed { get; set; }

    /// <summary>The others in its --initial-cluster: those it asks who the members are when it knows nobody.</summary>
    public IReadOnlyList<ulong> Named { get; private set; } = [];

    private bool IsNew => Disk.Stat(DataDirectory.IdentityFileOf(_options.DataDir)) is null;

    /// <summary>Starts the process if it is down and may run. Power may go while it starts.</summary>
    public void Start()
    {
        if (Life is not null || IsOut)
        {
            return;
        }

        try
        {
            var joined = IsNew && _options.Cluster.InitialClusterState == InitialClusterState.Existing ? Join() : null;
            Damage.Forget(path => Disk.Stat(path) is not null);
            IDisk disk = _cluster.Options.Bug == Bug.AcknowledgeBeforeFlush ? new UnflushedDisk(Disk) : Disk;
            var store = MemberStore.Open(disk, _options, _cluster.Metrics, NullLogger.Instance, joined);
            Life = new Life(this, _cluster, store, _options);
            LastRaft = Life.Raft;
            _cluster.Counts.Starts++;
            _cluster.Trace.Note("start", Number, (long)store.Replay.AppliedIndex, (long)store.Replay.LastIndex);
            Life.Begin(joined);
        }
        catch (PowerCutException)
        {
            Restart(cutsPower: true);
        }
        catch (StartException refusal)
        {
            Refused(refusal);
        }
    }

    /// <summary>The process ends at once.</summary>
    public void Kill(bool cutsPower)
    {
        _cluster.Counts.Crashes += Life is null ? 0 : 1;
        _cluster.Trace.Note(cutsPower ? "power cut" : "kill", Number);
        Life?.Dispose();
        Life = null;
        if (cutsPower && !Damage.IsUntold)
        {
            _cluster.Counts.PowerCuts++;
            Disk.Crash();
            IsFlushDoomed = false;
        }
        else
        {
            Disk.Restart();
        }

        Disk.ChangesUntilPowerCut = -1;
        StalledUntilUs = 0;
    }

    /// <summary>The process ends at once and comes back after a while, which may be very short.</summary>
    public void Restart(bool cutsPower)
    {
        Kill(cutsPower);
        Later(_cluster.Random.NextInt64(1, _cluster.Random.Next(3) == 0 ? 20 : 2000) * VirtualTime.Ms);
    }

    /// <summary>The process was stopped in order: it has flushed and closed its log.</summary>
    /// <param name="hasLeft">Because it was removed.</param>
    public void Stopped(bool hasLeft)
    {
        _cluster.Trace.Note(hasLeft ? "left" : "stop", Number);
        Life?.Dispose();
        Life = null;
        Disk.Restart();
        HasLeft = hasLeft;
        IsOut |= hasLeft;
        Later(_cluster.Random.NextInt64(50, 2000) * VirtualTime.Ms);
    }

    /// <summary>The disk dies, and everything on it.</summary>
    public void LoseDisk()
    {
        Kill(cutsPower: true);
        IsOut = true;
    }

    /// <summary>It was refused for good before it was a member.</summary>
    public void GiveUp() => IsOut = true;

    private void Later(long us) => _cluster.Time.After(us, Start);

    // As Bootstrap/ClusterJoin.PrepareAsync: the first of the others that answers says who they are; the operator writes --initial-cluster
    // accordingly.
    private ExistingCluster Join()
    {
        var answering = _cluster.Lives().FindAll(life => !_cluster.Network.IsCut(Number, life.Member.Number));
        if (answering.Count == 0)
        {
            throw new StartException("nobody answers");
        }

        var node = answering[_cluster.Random.Next(answering.Count)].Node;
        Named = [.. node.Cluster.Members.Select(member => member.Id).Where(id => id != Id)];
        var others = node.Cluster.Members.Where(member => member.Id != Id)
            .Select(member => new InitialMember($"other-{member.Id:x}", Workload.Operator.Urls(member.PeerUrls)));
        _options = _options with { Cluster = _options.Cluster with { InitialMembers = [.. others, new(Name, _options.Cluster.AdvertisePeerUrls)] } };
        var joined = ClusterJoin.Match(_options, new RemoteCluster(node.ClusterId, node.Cluster.Members));
        return joined.MemberId == Id ? joined : throw new SimulationFailure($"m{Number + 1} joins as {joined.MemberId:x} and was added as {Id:x}");
    }

    private void Refused(StartException refusal)
    {
        _cluster.Trace.Note("refused", Number);
        _cluster.Trace.Explain(refusal.Message);
        if (refusal.InnerException is DiskException disk && (IsFlushDoomed || disk.Fault != DiskFault.Medium))
        {
            // The disk is full, or a flush failed: the operator makes room and boots the board.
            Disk.Capacity = long.MaxValue;
            Restart(cutsPower: true);
            return;
        }

        Disk.Restart();
        if (IsNew && _options.Cluster.InitialClusterState == InitialClusterState.Existing)
        {
            Later(_cluster.Random.NextInt64(100, 1500) * VirtualTime.Ms);
            return;
        }

        if (!Damage.IsInLog)
        {
            throw new SimulationFailure($"m{Number + 1} does not start although nothing is wrong with its log: {refusal.Message}", refusal);
        }

        (HasRefused, IsOut) = (true, true);
    }
}
