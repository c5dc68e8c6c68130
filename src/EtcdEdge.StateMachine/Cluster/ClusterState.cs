using EtcdEdge.Api.Membership;
using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.StateMachine.Cluster;

/// <summary>
/// Members, cluster version and downgrade. Changed by applied entries only: attributes and versions by requests, members by Raft's
/// configuration changes, which the node loop brings here. <see cref="View"/> may be read by any thread.
/// </summary>
public sealed class ClusterState
{
    private volatile ClusterView _view = new();

    public ClusterView View => _view;

    /// <returns>None, MemberExists (also for an id that was removed), or PeerUrlExists.</returns>
    public EtcdError Add(Member member)
    {
        if (_view.Find(member.Id) is not null || _view.Removed.Contains(member.Id))
        {
            return EtcdError.MemberExists;
        }

        if (HasPeerUrlOf(member))
        {
            return EtcdError.PeerUrlExists;
        }

        _view = _view with { Members = _view.Members.Add(member).Sort(static (a, b) => a.Id.CompareTo(b.Id)) };
        return EtcdError.None;
    }

    /// <returns>None or MemberNotFound.</returns>
    public EtcdError Remove(ulong id)
    {
        if (_view.Find(id) is not { } member)
        {
            return EtcdError.MemberNotFound;
        }

        _view = _view with { Members = _view.Members.Remove(member), Removed = _view.Removed.Add(id).Sort() };
        return EtcdError.None;
    }

    /// <returns>None, MemberNotFound or MemberNotLearner.</returns>
    public EtcdError Promote(ulong id)
    {
        if (_view.Find(id) is not { } member)
        {
            return EtcdError.MemberNotFound;
        }

        return member.IsLearner ? Replace(member, member with { IsLearner = false }) : EtcdError.MemberNotLearner;
    }

    /// <returns>None, MemberNotFound or PeerUrlExists.</returns>
    public EtcdError UpdatePeerUrls(ulong id, IEnumerable<string> peerUrls)
    {
        if (_view.Find(id) is not { } member)
        {
            return EtcdError.MemberNotFound;
        }

        var updated = member with { PeerUrls = [.. peerUrls] };
        return HasPeerUrlOf(updated) ? EtcdError.PeerUrlExists : Replace(member, updated);
    }

    /// <summary>A started member publishes its name and client URLs. Does nothing when it has been removed meanwhile.</summary>
    public void Apply(ClusterMemberAttrSetRequest request)
    {
        if (_view.Find(request.MemberID) is { } member)
        {
            Replace(member, member with
            {
                Name = request.MemberAttributes?.Name ?? "",
                ClientUrls = request.MemberAttributes is { } attributes ? [.. attributes.ClientUrls] : [],
            });
        }
    }

    public void Apply(ClusterVersionSetRequest request) => _view = _view with { Version = request.Ver };

    public void Apply(DowngradeInfoSetRequest request) => _view = _view with { DowngradeTarget = request.Enabled ? request.Ver : "" };

    /// <summary>Replaces everything by the cluster of a checkpoint or snapshot.</summary>
    public void Load(ClusterView view) => _view = view;

    private EtcdError Replace(Member old, Member updated)
    {
        _view = _view with { Members = _view.Members.Replace(old, updated) };
        return EtcdError.None;
    }

    private bool HasPeerUrlOf(Member candidate)
    {
        foreach (var member in _view.Members)
        {
            if (member.Id != candidate.Id && Array.Exists([.. candidate.PeerUrls], url => member.PeerUrls.Contains(url)))
            {
                return true;
            }
        }

        return false;
    }
}
