using EtcdEdge.Raft.Membership;
using EtcdEdge.Simulation.Members;

namespace EtcdEdge.Simulation.Checkers;

/// <summary>
/// After the same configuration change every member has the same membership, over restarts too, and Raft's voters and learners are the members that
/// clients are shown.
/// </summary>
internal sealed class ConfigurationChecker(IReadOnlyList<ulong> founders)
{
    private readonly List<ulong> _changes = [];
    private readonly Dictionary<ulong, (string Text, int Member)> _known = [];

    /// <summary>The membership after the newest change that anybody applied.</summary>
    public ConfState Newest { get; private set; } = new() { Voters = founders };

    /// <summary>The index of that change.</summary>
    public ulong NewestChange { get; private set; }

    /// <summary>Changes that were applied, the founding included.</summary>
    public int Count => _changes.Count;

    /// <summary>The entry at this index is a configuration change; called in order.</summary>
    public void Applied(ulong index) => _changes.Add(index);

    public void Check(Life life)
    {
        var membership = life.Raft.ConfState;
        life.LastConfState = membership;
        var at = _changes.BinarySearch(life.Raft.AppliedIndex);
        var change = at >= 0 ? _changes[at] : at < -1 ? _changes[~at - 1] : 0;
        if (change == life.LastConfChange)
        {
            return;
        }

        life.LastConfChange = change;
        var text = TextOf(life);
        if (!_known.TryAdd(change, (text, life.Member.Number)) && _known[change].Text != text)
        {
            var (known, member) = _known[change];
            throw new SimulationFailure($"m{life.Member.Number + 1} has {text} after change {change} where m{member + 1} has {known}");
        }

        CheckShown(life);
        if (change > NewestChange && change > (ulong)founders.Count - 1)
        {
            (NewestChange, Newest) = (change, membership);
        }
    }

    private static void CheckShown(Life life)
    {
        var membership = life.Raft.ConfState;
        var shown = life.Node.Cluster.Members;
        var voters = shown.Where(member => !member.IsLearner).Select(member => member.Id);
        var learners = shown.Where(member => member.IsLearner).Select(member => member.Id);
        if (!membership.IsJoint && !(voters.SequenceEqual(membership.Voters) && learners.SequenceEqual(membership.Learners)))
        {
            throw new SimulationFailure($"m{life.Member.Number + 1} shows other members than Raft has: {TextOf(life)}");
        }
    }

    private static string TextOf(Life life)
    {
        var (membership, view) = (life.Raft.ConfState, life.Node.Cluster);
        var members = view.Members.Select(member => $"{member.Id:x}={string.Join(',', member.PeerUrls)}{(member.IsLearner ? " learner" : "")}");
        return $"voters {Ids(membership.Voters)} outgoing {Ids(membership.VotersOutgoing)} learners {Ids(membership.Learners)}"
            + $"/{Ids(membership.LearnersNext)}, members {string.Join(' ', members)}, removed {Ids(view.Removed)}";
    }

    private static string Ids(IEnumerable<ulong> ids) => $"[{string.Join(' ', ids.Select(id => id.ToString("x")))}]";
}
