using EtcdEdge.Simulation.Members;

namespace EtcdEdge.Simulation.World;

/// <summary>What disks do to the members: stalls, refusals, and the damage of bad ones. Never more than a quorum can do without.</summary>
internal sealed class DiskTrouble(Cluster cluster)
{
    private const string LogDirectory = "/data/member/wal";
    private const string CheckpointDirectory = "/data/member/snap";

    /// <summary>The pages behind the last groups' own: damage there cannot be told from a write that never ended.</summary>
    private long UntoldBytes => 8192 + (14 * cluster.Plan.ValueBytes);

    public void Strike(Fault fault, Member member)
    {
        switch (fault)
        {
            case Fault.Stall: member.StalledUntilUs = cluster.Time.NowUs + cluster.Duration(); break;
            case Fault.FlushError: FailFlush(member); break;
            case Fault.DiskFull: Fill(member); break;
            case Fault.PowerCutInWrite: member.Disk.ChangesUntilPowerCut = cluster.Random.Next(cluster.Random.Next(2) == 0 ? 12 : 60); break;
            case Fault.TornSector: Tear(member); break;
            case Fault.LostFlush or Fault.MisdirectedFlush: Lie(member, fault == Fault.LostFlush ? 0 : cluster.Random.Next(1, 40)); break;
            case Fault.Rot: Rot(member); break;
            case Fault.DiskDeath: Die(member); break;
        }
    }

    private void Fill(Member member)
    {
        member.Disk.Capacity = cluster.Random.Next(64) * 4096;
        cluster.Time.After(cluster.Duration(), () => member.Disk.Capacity = long.MaxValue);
    }

    private void FailFlush(Member member)
    {
        if (member.Damage.IsUntold)
        {
            return; // The boot that a failed flush needs must not come now.
        }

        var files = cluster.Random.Next(3) == 0 ? Checkpoints(member) : Segments(member);
        foreach (var path in files)
        {
            member.IsFlushDoomed = true;
            member.Disk.FailNextFlush(path);
        }
    }

    private void Tear(Member member)
    {
        if (member.Life is not null && cluster.TryDamageLog(member))
        {
            member.Damage.OfLog();
            member.Disk.TearsAtCrash = true;
            member.Disk.ChangesUntilPowerCut = cluster.Random.Next(12);
        }
    }

    private void Lie(Member member, long sectors)
    {
        if (cluster.Random.Next(3) == 0)
        {
            if (Checkpoint(member) is { } path && member.Damage.TryCheckpoint(path, byNextFlush: true))
            {
                Lie(member, path, sectors);
            }
        }
        else if (!member.IsFlushDoomed && Segments(member) is [.., var newest] && cluster.TryDamageLog(member))
        {
            member.Damage.OfNextFlush();
            Lie(member, newest, sectors);
            // A lie that no crash brings out is none.
            cluster.Time.After(cluster.Random.NextInt64(1, 4000) * VirtualTime.Ms, () => PowerCut(member));
        }
    }

    private static void Lie(Member member, string path, long sectors)
    {
        if (sectors == 0)
        {
            member.Disk.LoseNextFlush(path);
        }
        else
        {
            member.Disk.MisdirectNextFlush(path, sectors);
        }
    }

    private static void PowerCut(Member member)
    {
        if (member.Life is not null)
        {
            member.Restart(cutsPower: true);
        }
    }

    private void Rot(Member member)
    {
        if (cluster.Random.Next(2) == 0)
        {
            if (Checkpoint(member) is { } path && member.Disk.Contents(path).Length is var bytes and > 0
                && member.Damage.TryCheckpoint(path, byNextFlush: false))
            {
                Damage(member, path, bytes);
            }

            return;
        }

        var segments = Segments(member);
        if (segments.Count == 0 || !cluster.TryDamageLog(member))
        {
            return;
        }

        var segment = segments[cluster.Random.Next(segments.Count)];
        var end = member.Disk.Contents(segment).AsSpan().LastIndexOfAnyExcept((byte)0);
        var bound = segment == segments[^1] ? end - UntoldBytes : end;
        if (bound > 0)
        {
            member.Damage.OfLog();
            Damage(member, segment, bound);
        }
    }

    private void Damage(Member member, string path, long bytes)
    {
        if (cluster.Random.Next(3) == 0)
        {
            member.Disk.MakeUnreadable(path, cluster.Random.NextInt64(bytes));
        }
        else
        {
            member.Disk.Flip(path, cluster.Random.NextInt64(8 * bytes));
        }

        if (cluster.Random.Next(2) == 0 && member.Life is not null)
        {
            member.Restart(cutsPower: false);
        }
    }

    private void Die(Member member)
    {
        if (cluster.MayLose(member))
        {
            member.LoseDisk();
        }
    }

    // While there is one only, because the other was set aside, everything hangs on it.
    private string? Checkpoint(Member member) => Checkpoints(member) is { Count: 2 } files ? files[cluster.Random.Next(files.Count)] : null;

    private static List<string> Checkpoints(Member member) => Files(member, CheckpointDirectory, name => name is "checkpoint-a" or "checkpoint-b");

    private static List<string> Segments(Member member) => Files(member, LogDirectory, name => name.EndsWith(".seg", StringComparison.Ordinal));

    private static List<string> Files(Member member, string directory, Func<string, bool> isOne) =>
        member.Life is null ? [] : [.. member.Disk.List(directory).Where(isOne).Select(name => $"{directory}/{name}")];
}
