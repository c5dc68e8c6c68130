using EtcdEdge.StateMachine.Cluster;

namespace EtcdEdge.Server.Node;

/// <summary>
/// When a removed member stops. Memberships count from when they are applied: those that remain may still need this member's vote in the old one, and
/// its word that the new one is committed, or they never have a leader again. So it goes on until a majority of them has said that they hold the
/// removal durably; any quorum of theirs then has one who knows. Its clients are served no longer for that. Any thread.
/// </summary>
/// <param name="self">This member.</param>
/// <param name="cluster">The membership as of the newest applied entry, with or without this member: it may not have heard of its removal.</param>
/// <param name="leaveAfter">Stops the process after this time. Called at most once for either patience; the one that ends first counts.</param>
internal sealed class RemovedMemberShutdown(ulong self, Func<ClusterView> cluster, Action<TimeSpan> leaveAfter)
{
    private readonly Lock _guard = new();
    private readonly HashSet<ulong> _toldBy = [];
    private bool _isKnown;
    private bool _isSettled;

    /// <summary>Called once, as soon as this member knows that it was removed: its own clients are to look for another one.</summary>
    public Action Begins { get; init; } = () => { };

    /// <summary>This member knows that it was removed, so that its days are numbered.</summary>
    public bool HasBegun => _isKnown;

    /// <summary>This member has applied its own removal.</summary>
    public void Applied() => Learn(by: null);

    /// <summary>Another member says that this one was removed, and holds that durably.</summary>
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
