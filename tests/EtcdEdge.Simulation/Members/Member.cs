using Microsoft.Extensions.Logging.Abstractions;
using EtcdEdge.Server.Bootstrap;
using EtcdEdge.Server.Configuration;
using EtcdEdge.Simulation.World;
using EtcdEdge.Storage;
using EtcdEdge.Testing;

namespace EtcdEdge.Simulation.Members;

/// <summary>A board: its disk and its clock outlive the processes that run on it, one at a time.</summary>
internal sealed class Member
{
    private readonly Cluster _cluster;
    private readonly ServerOptions _options;

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

    public SimDisk Disk { get; }

    public MemberClock Clock { get; }

    /// <summary>The running process; null while it is down.</summary>
    public Life? Life { get; private set; }

    /// <summary>It refused to start over a damaged log, as it must. It stays out: nobody replaces it yet.</summary>
    public bool HasRefused { get; private set; }

    /// <summary>Flushes of this disk do nothing but wait until then.</summary>
    public long StalledUntilUs { get; set; }

    /// <summary>The next flush of its log will fail, unless the board is booted before.</summary>
    public bool IsFlushDoomed { get; set; }

    /// <summary>Starts the process if it is down and may run. Power may go while it starts.</summary>
    public void Start()
    {
        if (Life is not null || HasRefused)
        {
            return;
        }
        try
        {
            IDisk disk = _cluster.Options.Bug == Bug.AcknowledgeBeforeFlush ? new UnflushedDisk(Disk) : Disk;
            var store = MemberStore.Open(disk, _options, _cluster.Metrics, NullLogger.Instance);
            Life = new Life(this, _cluster, store, _options);
            _cluster.Trace.Note("start", Number, (long)store.Replay.AppliedIndex, (long)store.Replay.LastIndex);
            Life.Begin();
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
        if (Life is not null)
        {
            _cluster.Crashes++;
        }
        _cluster.Trace.Note(cutsPower ? "power cut" : "kill", Number);
        Life?.Dispose();
        Life = null;
        if (cutsPower)
        {
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
        _cluster.Time.After(_cluster.Random.NextInt64(1, _cluster.Random.Next(3) == 0 ? 20 : 2000) * VirtualTime.Ms, Start);
    }

    /// <summary>The process was stopped in order: it has flushed and closed its log.</summary>
    public void Stopped()
    {
        _cluster.Trace.Note("stop", Number);
        Life?.Dispose();
        Life = null;
        Disk.Restart();
        _cluster.Time.After(_cluster.Random.NextInt64(50, 2000) * VirtualTime.Ms, Start);
    }

    private void Refused(StartException refusal)
    {
        _cluster.Trace.Note("refused", Number);
        if (refusal.InnerException is DiskException)
        {
            // The disk is full, or a flush failed: the operator makes room and boots the board.
            Disk.Capacity = long.MaxValue;
            Restart(cutsPower: true);
            return;
        }
        Disk.Restart();
        if (!_cluster.IsRotten(this))
        {
            throw new SimulationFailure($"m{Number + 1} does not start although nothing is wrong with its disk: {refusal.Message}", refusal);
        }
        HasRefused = true;
    }
}
