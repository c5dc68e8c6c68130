using System.Globalization;
using EtcdEdge.Configuration;
using EtcdEdge.Simulation.Members;
using EtcdEdge.Simulation.World;
using EtcdEdge.Snapshots.Members;
using EtcdEdge.StateMachine;
using EtcdEdge.StateMachine.Cluster;
using EtcdEdge.StateMachine.Model;
using Member = EtcdEdge.Simulation.Members.Member;
using View = EtcdEdge.StateMachine.Cluster.Member;

namespace EtcdEdge.Simulation.Workload;

/// <summary>
/// Somebody with etcdctl who adds voters and learners, promotes, removes, replaces members whose disks died and changes URLs, one change after
/// another, while everything else goes on. He never takes away a member without which those that still can speak are no quorum; that is all he knows
/// of the faults.
/// </summary>
internal sealed class Operator(Cluster cluster)
{
    public void Begin() => Later();

    public static ListenUrl[] Urls(IEnumerable<string> texts) =>
        [.. texts.Select(text => ListenUrl.TryParse(text, out var url, out _) ? url : throw new FormatException(text))];

    private void Later() => cluster.Time.After(cluster.Random.NextInt64(100, 3000) * VirtualTime.Ms, Act);

    private void Act()
    {
        if (cluster.IsLoadOver)
        {
            return;
        }

        var leaders = cluster.Lives().FindAll(life => life.Node.Status.IsLeader);
        if (leaders.Count == 0 || Draw(leaders[cluster.Random.Next(leaders.Count)]) is not { } change || !IsSafe(change))
        {
            Later();
            return;
        }

        Make(leaders[cluster.Random.Next(leaders.Count)], change);
    }

    private MembershipChange? Draw(Life leader)
    {
        var members = leader.Node.Cluster.Members;
        var dead = members.FirstOrDefault(member => IsOut(member.Id));
        var learner = members.FirstOrDefault(member => member.IsLearner);
        return cluster.Random.Next(8) switch
        {
            < 3 when dead is not null => Change(MembershipChangeKind.Remove, dead),
            < 4 when learner is not null => Change(MembershipChangeKind.Promote, learner),
            < 6 when members.Length < Limits.MembersMax && cluster.Members.Count < cluster.Plan.Members + Limits.JoinersMax =>
                Add(cluster.Random.Next(2) == 0),
            6 when members[cluster.Random.Next(members.Length)] is { Name.Length: > 0 } started => Update(started),
            _ when members.Length > 1 => Change(MembershipChangeKind.Remove, members[cluster.Random.Next(members.Length)]),
            _ => null,
        };
    }

    private bool IsOut(ulong id) => cluster.NumberOf(id) is var number && (number < 0 || cluster.Members[number].IsOut);

    private static MembershipChange Change(MembershipChangeKind kind, View member) => new(0, kind, new View { Id = member.Id });

    private static MembershipChange Update(View member) =>
        new(0, MembershipChangeKind.UpdatePeerUrls, new View { Id = member.Id, PeerUrls = [member.PeerUrls[0], $"http://{member.Id:x}:2381"] });

    // A board that comes in the place of a dead one may have its URL.
    private MembershipChange Add(bool isLearner)
    {
        var url = $"http://n{cluster.Members.Count}:2380";
        var gone = cluster.Members.Where(member => member.HasLeft).ToArray();
        if (gone.Length > 0 && cluster.Random.Next(3) == 0)
        {
            url = $"http://{gone[^1].Name}:2380";
        }

        var salt = cluster.Time.NowUs.ToString(CultureInfo.InvariantCulture);
        return new(0, MembershipChangeKind.Add,
            new View { Id = InitialClusterMembers.MemberId([url], salt), PeerUrls = [url], IsLearner = isLearner });
    }

    // Not the server's own check, which counts members that have ever started: here some are known never to come back.
    private bool IsSafe(MembershipChange change)
    {
        var voters = cluster.Checks.Configurations.Newest.Voters;
        var after = change.Kind switch
        {
            MembershipChangeKind.Remove => voters.Where(id => id != change.Member.Id),
            MembershipChangeKind.Add when change.Member.IsLearner => voters,
            MembershipChangeKind.UpdatePeerUrls => voters,
            _ => voters.Append(change.Member.Id).Distinct(),
        };
        ulong[] ids = [.. after];
        return ids.Length > 0 && 2 * cluster.Lost(ids) < ids.Length - (cluster.ChangesUnderWay > 0 ? 1 : 0);
    }

    private void Make(Life leader, MembershipChange change)
    {
        cluster.Trace.Note($"ask {change.Kind}", leader.Member.Number, (long)change.Member.Id);
        var joiner = change.Kind == MembershipChangeKind.Add ? Prepare(change.Member) : null;
        cluster.ChangesUnderWay++;
        leader.Await(new WriteCall(leader.Node.ReconfigureAsync(change, CancellationToken.None), result => Made(change, joiner, result)));
    }

    private void Made(MembershipChange change, Member? joiner, ApplyResult? result)
    {
        cluster.Trace.Note($"{change.Kind} {result?.Error}", -1, (long)change.Member.Id);
        switch (result?.Error)
        {
            case EtcdError.None:
                cluster.Counts.MembershipChanges++;
                cluster.ChangesUnderWay--;
                break;
            case null or EtcdError.Stopped or EtcdError.Timeout or EtcdError.TimeoutDueToLeaderFail or EtcdError.TimeoutDueToConnectionLost:
                // It may still be made. A board that was to be added tries to join, and is let in if it was.
                cluster.Time.After(Limits.ChangeIsSettledUs, () => cluster.ChangesUnderWay--);
                break;
            default:
                cluster.ChangesUnderWay--;
                joiner?.GiveUp();
                joiner = null;
                break;
        }

        if (joiner is not null)
        {
            cluster.Time.After(cluster.Random.NextInt64(1, 1000) * VirtualTime.Ms, joiner.Start);
        }

        Later();
    }

    private Member Prepare(View member)
    {
        var options = new ClusterOptions
        {
            InitialClusterState = InitialClusterState.Existing,
            AdvertisePeerUrls = Urls(member.PeerUrls),
        };
        return cluster.Add(cluster.OptionsOf($"n{cluster.Members.Count}", options), member.Id);
    }
}
