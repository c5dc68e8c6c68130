using EtcdEdge.Simulation.Members;

namespace EtcdEdge.Simulation.World;

/// <summary>Brings the plan's faults over the cluster, and takes them away again.</summary>
internal sealed class Nemesis(Cluster cluster)
{
    private readonly DiskTrouble _disks = new(cluster);
    private readonly Storms _storms = new(cluster);

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
            case Fault.Kill or Fault.PowerCut when member.Life is not null: member.Restart(fault == Fault.PowerCut); break;
            case Fault.Stop: member.Life?.Stop(); break;
            case Fault.Pause: member.Life?.Pause(cluster.Duration()); break;
            case Fault.ClockJump: Jump(member); break;
            case Fault.Blackout: Blackout(); break;
            case Fault.BridgeReboot: RebootBridge(member); break;
            case Fault.StaleLeader: MakeStale(member); break;
            case Fault.Isolate or Fault.Split or Fault.OneWay or Fault.Bridge or Fault.RandomLinks: _storms.Cut(fault, member.Number); break;
            case Fault.Transfer: Transfer(member); break;
            default: _disks.Strike(fault, member); break;
        }
    }

    // What was promised by this clock before ends so much earlier in the world's time.
    private void Jump(Member member)
    {
        var us = cluster.Duration();
        member.Clock.Jump(us);
        cluster.Checks.Leases.ClockJumped(us);
    }

    private void Transfer(Member leader)
    {
        var to = cluster.Members[cluster.Random.Next(cluster.Members.Count)].Id;
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
        foreach (var life in cluster.Lives())
        {
            life.Member.Restart(cutsPower: true);
        }
    }

    private void RebootBridge(Member bridge)
    {
        _storms.Halve(bridge.Number, 10 * VirtualTime.Second);
        Blackout();
        for (var i = 0; i < 3; i++)
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

    private void MakeStale(Member leader)
    {
        if (leader.Life is { Node.Status.IsLeader: true } life)
        {
            var us = cluster.Random.NextInt64(2000, 6000) * VirtualTime.Ms;
            life.Pause(us);
            _storms.Deafen(leader.Number, us + (2 * VirtualTime.Second));
        }
    }
}
