using EtcdEdge.Peers;
using EtcdEdge.Raft;
using EtcdEdge.StateMachine.Cluster;
using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.Server.Node;

/// <summary>
/// The leader's check before it proposes a membership change (etcd server/etcdserver/server.go, mayAddMember and the like): a change that would leave
/// the cluster without a quorum of started members is refused. Checks that depend on the applied membership alone are the applier's.
/// </summary>
/// <param name="peers">Which members are connected, and for how long.</param>
/// <param name="isStrict">--strict-reconfig-check.</param>
/// <param name="maxLearners">--max-learners.</param>
internal sealed class ReconfigCheck(IPeers peers, bool isStrict, int maxLearners)
{
    /// <summary>A connection counts when it has stood so long (etcd HealthInterval).</summary>
    private static readonly TimeSpan _health = TimeSpan.FromSeconds(5);

    /// <summary>How far a learner must have come before it may vote (etcd readyPercent).</summary>
    private const double ReadyShare = 0.9;

    /// <param name="change">The requested change.</param>
    /// <param name="view">The members as of the newest applied entry; no other change is under way.</param>
    /// <param name="raft">The leader's view of the others.</param>
    public EtcdError Check(MembershipChange change, ClusterView view, Status raft) => change.Kind switch
    {
        MembershipChangeKind.Add => CheckAdd(change.Member, view, raft.Id),
        MembershipChangeKind.Promote => CheckPromote(change.Member.Id, view, raft),
        MembershipChangeKind.Remove => CheckRemove(change.Member.Id, view, raft.Id),
        _ => EtcdError.None,
    };

    private EtcdError CheckAdd(Member member, ClusterView view, ulong self)
    {
        var voters = Voters(view);
        if (isStrict && !member.IsLearner && !MayGrow(voters))
        {
            return EtcdError.MemberNotEnoughStarted;
        }

        if (isStrict && voters.Any(voter => !IsHealthy(voter.Id, self)))
        {
            return EtcdError.Unhealthy;
        }

        var clashes = view.Find(member.Id) is not null || view.Members.Any(other => other.PeerUrls.Any(url => member.PeerUrls.Contains(url)));
        return member.IsLearner && !clashes && view.Members.Count(other => other.IsLearner) >= maxLearners ? EtcdError.TooManyLearners
            : EtcdError.None;
    }

    private EtcdError CheckPromote(ulong id, ClusterView view, Status raft)
    {
        var progress = raft.Peers.Where(peer => peer.Id == id).ToArray();
        if (progress.Length == 0)
        {
            return EtcdError.MemberNotFound;
        }

        if (progress[0].Match < ReadyShare * raft.Flushed)
        {
            return EtcdError.LearnerNotReady;
        }

        var voters = Voters(view);
        // The promoted one counts, and as started.
        return isStrict && Started(voters) + 1 < Majority(voters.Length + 1) ? EtcdError.MemberNotEnoughStarted : EtcdError.None;
    }

    private EtcdError CheckRemove(ulong id, ClusterView view, ulong self)
    {
        if (!isStrict || view.Find(id) is { IsLearner: true })
        {
            return EtcdError.None;
        }

        var voters = Voters(view);
        Member[] rest = [.. voters.Where(voter => voter.Id != id)];
        if (Started(rest) < Majority(rest.Length))
        {
            return EtcdError.MemberNotEnoughStarted;
        }

        if (id != self && peers.ConnectedFor(id) is null)
        {
            return EtcdError.None; // It is down: the quorum does not count on it.
        }

        var active = voters.Count(voter => IsHealthy(voter.Id, self));
        return active - 1 < 1 + ((voters.Length - 1) / 2) ? EtcdError.Unhealthy : EtcdError.None;
    }

    private static bool MayGrow(Member[] voters)
    {
        // One started member of one may always get a second: that is how a lost cluster is built anew.
        return voters.Length == 1 && Started(voters) == 1 || Started(voters) >= Majority(voters.Length + 1);
    }

    private bool IsHealthy(ulong id, ulong self) => id == self || peers.ConnectedFor(id) >= _health;

    private static Member[] Voters(ClusterView view) => [.. view.Members.Where(member => !member.IsLearner)];

    private static int Started(Member[] members) => members.Count(member => member.Name.Length > 0);

    private static int Majority(int members) => (members / 2) + 1;
}
