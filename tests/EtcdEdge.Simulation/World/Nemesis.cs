using EtcdEdge.Simulation.Members;

namespace EtcdEdge.Simulation.World;

/// <summary>Brings the plan's faults over the cluster, and takes them away again.</summary>
internal sealed class Nemesis(Cluster cluster)
{
    private int _weather;

    public void Begin() => Later();

    /// <summary>Ends all trouble: links, disks, and processes that are down.</summary>
    public void Heal()
    {
        cluster.Trace.Note("heal", -1);
        cluster.Network.Heal();
        foreach (var member in cluster.Members)
        {
            member.StalledUntilUs = 0;
            member.Disk.Capacity = long.MaxValue;
            member.Disk.ChangesUntilPowerCut = -1;
            member.Life?.Pause(0);
            if (member.IsFlushDoomed)
            {
                member.Restart(cutsPower: true);
            }
        }
    }

    private void Later() => cluster.Time.After(cluster.Random.NextInt64(1, 2 * cluster.Plan.FaultUs), () =>
    {
        if (!cluster.IsLoadOver && cluster.Plan.Faults.Count > 0)
        {
            Strike(cluster.Plan.Faults[cluster.Random.Next(cluster.Plan.Faults.Count)]);
            Later();
        }
    });

    private void Strike(Fault fault)
    {
        var member = Victim();
        cluster.Trace.Note(fault.ToString(), member.Number);
        switch (fault)
        {
            case Fault.Blackout: Blackout(); break;
            case Fault.BridgeReboot: RebootBridge(member); break;
            case Fault.StaleLeader: MakeStale(member); break;
            case Fault.Isolate or Fault.Split or Fault.OneWay or Fault.Bridge or Fault.RandomLinks: Cut(fault, member.Number); break;
            case Fault.Transfer: Transfer(member); break;
            case Fault.Rot: Rot(member); break;
            case Fault.Stop: member.Life?.Stop(); break;
            case Fault.Pause: member.Life?.Pause(Duration()); break;
            default: Strike(fault, member); break;
        }
    }

    private void Strike(Fault fault, Member member)
    {
        switch (fault)
        {
            case Fault.Kill or Fault.PowerCut when member.Life is not null:
                member.Restart(fault == Fault.PowerCut);
                break;
            case Fault.PowerCutInWrite:
                member.Disk.ChangesUntilPowerCut = cluster.Random.Next(12);
                break;
            case Fault.Stall:
                member.StalledUntilUs = cluster.Time.NowUs + Duration();
                break;
            case Fault.FlushError:
                FailFlush(member);
                break;
            case Fault.DiskFull:
                member.Disk.Capacity = cluster.Random.Next(64) * 4096;
                cluster.Time.After(Duration(), () => member.Disk.Capacity = long.MaxValue);
                break;
        }
    }

    private void Transfer(Member leader)
    {
        ulong to = cluster.Members[cluster.Random.Next(cluster.Members.Count)].Id;
        leader.Life?.Control(raft => raft.TransferLeadership(to));
    }

    // The leader's troubles are worth more than a follower's.
    private Member Victim()
    {
        if (cluster.Random.Next(3) == 0)
        {
            foreach (var member in cluster.Members)
            {
                if (member.Life is { Node.Status.IsLeader: true })
                {
                    return member;
                }
            }
        }
        return cluster.Members[cluster.Random.Next(cluster.Members.Count)];
    }

    private void Blackout()
    {
        foreach (var member in cluster.Members)
        {
            if (member.Life is not null)
            {
                member.Restart(cutsPower: true);
            }
        }
    }

    private void RebootBridge(Member bridge)
    {
        CutWhere((from, to) => from != bridge.Number && to != bridge.Number && SideOf(from, bridge.Number) != SideOf(to, bridge.Number));
        ReconnectAfter(10 * VirtualTime.Second);
        Blackout();
        for (int i = 0; i < 3; i++)
        {
            cluster.Time.After(cluster.Random.NextInt64(1500, 9000) * VirtualTime.Ms, () => Flap(bridge));
        }
    }

    // It comes back at once and hears of no leader, so that the other side may ask it for the vote it has given away.
    private void Flap(Member bridge)
    {
        if (bridge.Life is null || cluster.IsLoadOver)
        {
            return;
        }
        bridge.Kill(cutsPower: false);
        foreach (var life in cluster.Lives())
        {
            if (life.Node.Status.IsLeader)
            {
                cluster.Network.Cut(life.Member.Number, bridge.Number, true);
            }
        }
        bridge.Start();
    }

    // The others by turns on either side.
    private static int SideOf(int member, int bridge) => (member > bridge ? member - 1 : member) & 1;

    private void MakeStale(Member leader)
    {
        if (leader.Life is not { Node.Status.IsLeader: true } life)
        {
            return;
        }
        long us = cluster.Random.NextInt64(2000, 6000) * VirtualTime.Ms;
        life.Pause(us);
        CutWhere((_, to) => to == leader.Number);
        ReconnectAfter(us + (2 * VirtualTime.Second));
    }

    private void Cut(Fault shape, int one)
    {
        int side = cluster.Random.Next(1 << cluster.Members.Count);
        var outward = cluster.Random.Next(2) == 0;
        CutWhere((from, to) => shape switch
        {
            Fault.Isolate => from == one || to == one,
            Fault.Split => (side >> from & 1) != (side >> to & 1),
            Fault.OneWay => outward ? from == one : to == one,
            Fault.Bridge => (side >> from & 1) != (side >> to & 1) && from != one && to != one,
            _ => cluster.Random.Next(3) == 0,
        });
        ReconnectAfter(Duration());
    }

    private void CutWhere(Func<int, int, bool> isCut)
    {
        for (int from = 0; from < cluster.Members.Count; from++)
        {
            for (int to = 0; to < cluster.Members.Count; to++)
            {
                cluster.Network.Cut(from, to, isCut(from, to));
            }
        }
    }

    private void ReconnectAfter(long us)
    {
        int weather = ++_weather;
        cluster.Time.After(us, () =>
        {
            if (weather == _weather)
            {
                cluster.Network.Reconnect();
            }
        });
    }

    private static void FailFlush(Member member)
    {
        foreach (string name in Segments(member))
        {
            member.IsFlushDoomed = true;
            member.Disk.FailNextFlush(name);
        }
    }

    // Only what a later group vouches for: damage to the very last one cannot be told from a write that never ended.
    private void Rot(Member member)
    {
        var segments = Segments(member);
        if (segments.Count == 0 || !cluster.TryRot(member))
        {
            return;
        }
        string path = segments[cluster.Random.Next(segments.Count)];
        var bytes = member.Disk.Contents(path);
        int end = bytes.AsSpan().LastIndexOfAnyExcept((byte)0);
        int bound = path == segments[^1] ? end - 8192 - (14 * cluster.Plan.ValueBytes) : end;
        if (bound > 0)
        {
            member.Disk.Flip(path, cluster.Random.NextInt64(8L * bound));
            if (member.Life is not null)
            {
                member.Restart(cutsPower: false);
            }
        }
    }

    private static List<string> Segments(Member member)
    {
        const string Directory = "/data/member/wal";
        if (member.Life is null)
        {
            return [];
        }
        return [.. member.Disk.List(Directory).Where(name => name.EndsWith(".seg", StringComparison.Ordinal)).Select(name => $"{Directory}/{name}")];
    }

    private long Duration() => cluster.Random.NextInt64(200, cluster.Random.Next(3) == 0 ? 10_000 : 2_500) * VirtualTime.Ms;
}
