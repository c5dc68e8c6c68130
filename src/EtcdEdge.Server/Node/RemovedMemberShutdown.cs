using EtcdEdge.StateMachine.Cluster;

namespace EtcdEdge.Server.Node;

/// <summary>
/// Decides when a removed member stops. Memberships count from when they are applied: the remaining members may still need this member's vote in the
/// old membership, and its confirmation that the new one is committed, or they never elect a leader again. So it continues until a majority of them
/// has confirmed that the removal is durable there; any quorum of theirs then includes one that knows it. Its clients are not served meanwhile. Any
/// thread.
/// </summary>
/// <param name="self">This member's id.</param>
/// <param name="cluster">The membership as of the newest applied entry, with or without this member, which may not have received its removal.</param>
/// <param name="leaveAfter">
/// Stops the process after this time. Called at most once for each of the two delays; the one that ends first counts.
/// </param>
internal sealed class RemovedMemberShutdown(ulong self, Func<ClusterView> cluster, Action<TimeSpan> leaveAfter)
{
    private readonly Lock _guard = new();
    private readonly HashSet<ulong> _toldBy = [];
    private bool _isKnown;
    private bool _isSettled;

    /// <summary>Called once, as soon as this member knows that it was removed: its clients have to use another one.</summary>
    public Action Begins { get; init; } = () => { };

    /// <summary>This member knows that it was removed, so that it will shut down.</summary>
    public bool HasBegun => _isKnown;

    /// <summary>This member has applied its own removal.</summary>
    public void Applied() => Learn(by: null);

    /// <summary>Another member reports that this one was removed, durably.</summary>
    public void SaidBy(ulong member) => Learn(member);

    private void Learn(ulong? by)
    {
        bool isNew, isSettled;
        lock (_guard)
        {
            if (by is { } member)
            {
                _toldBy.Add(member);
            }

            isNew = !_isKnown;
            isSettled = !_isSettled && IsToldByMajority();
            _isKnown = true;
            _isSettled |= isSettled;
        }

        if (isNew)
        {
            Begins();
        }

        if (isSettled)
        {
            leaveAfter(NodeLimits.RemovedPatience);
        }
        else if (isNew)
        {
            leaveAfter(NodeLimits.RemovedUnheardPatience);
        }
    }

    private bool IsToldByMajority()
    {
        var (remaining, told) = (0, 0);
        foreach (var member in cluster().Members)
        {
            if (member.Id != self && !member.IsLearner)
            {
                remaining++;
                told += _toldBy.Contains(member.Id) ? 1 : 0;
            }
        }

        return 2 * told > remaining;
    }
}
