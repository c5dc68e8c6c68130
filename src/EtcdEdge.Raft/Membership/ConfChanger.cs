namespace EtcdEdge.Raft.Membership;

/// <summary>
/// Computes the membership that results from a change, or the reason for refusing it. Pure: the leader computes it before it proposes, every member
/// when it applies, with the same result.
/// </summary>
internal static class ConfChanger
{
    /// <summary>Applies <paramref name="change"/> to <paramref name="current"/>; on refusal <paramref name="complaint"/> is the reason.</summary>
    public static ConfState? TryApply(ConfState current, ConfChange change, out string? complaint)
    {
        if (change.LeavesJoint)
        {
            complaint = current.IsJoint ? null : "the configuration is not joint";
            return current.IsJoint ? LeaveJoint(current) : null;
        }

        complaint = current.IsJoint ? "the configuration is joint already" : Complaint(change);
        if (complaint is not null)
        {
            return null;
        }

        var next = change.EntersJoint ? EnterJoint(current, change, out complaint) : Simple(current, change);
        complaint ??= next.Voters.Count == 0 ? "no voter would be left" : null;
        return complaint is null ? next : null;
    }

    private static string? Complaint(ConfChange change)
    {
        if (change.Changes.Count > ConfChangeLimits.ChangesPerConfChange)
        {
            return "too many steps";
        }

        return change.Changes.Any(step => step.Id == 0) ? "member 0 does not exist" : null;
    }

    private static ConfState EnterJoint(ConfState current, ConfChange change, out string? complaint)
    {
        complaint = current.Voters.Count == 0 ? "a configuration without voters cannot become joint" : null;
        return Draft.Of(current, outgoing: current.Voters).Apply(change.Changes).ToConfState(change.AutoLeave);
    }

    private static ConfState Simple(ConfState current, ConfChange change) =>
        Draft.Of(current, outgoing: []).Apply(change.Changes).ToConfState(autoLeave: false);

    private static ConfState LeaveJoint(ConfState current) => new()
    {
        Voters = current.Voters,
        Learners = [.. current.Learners, .. current.LearnersNext],
    };

    /// <summary>A membership under construction.</summary>
    private sealed class Draft
    {
        private readonly SortedSet<ulong> _voters = [];
        private readonly SortedSet<ulong> _outgoing = [];
        private readonly SortedSet<ulong> _learners = [];
        private readonly SortedSet<ulong> _learnersNext = [];

        public static Draft Of(ConfState current, IReadOnlyList<ulong> outgoing)
        {
            var draft = new Draft();
            draft._voters.UnionWith(current.Voters);
            draft._learners.UnionWith(current.Learners);
            draft._outgoing.UnionWith(outgoing);
            return draft;
        }

        public Draft Apply(IReadOnlyList<ConfChangeSingle> steps)
        {
            foreach (var step in steps)
            {
                Apply(step);
            }

            return this;
        }

        public ConfState ToConfState(bool autoLeave) => new()
        {
            Voters = [.. _voters],
            VotersOutgoing = [.. _outgoing],
            Learners = [.. _learners],
            LearnersNext = [.. _learnersNext],
            AutoLeave = autoLeave,
        };

        private void Apply(ConfChangeSingle step)
        {
            _voters.Remove(step.Id);
            _learners.Remove(step.Id);
            _learnersNext.Remove(step.Id);
            if (step.Type == ConfChangeType.AddVoter)
            {
                _voters.Add(step.Id);
            }
            else if (step.Type == ConfChangeType.AddLearner)
            {
                // A voter of the outgoing half must not be a learner too; it becomes one when the joint configuration is left.
                (_outgoing.Contains(step.Id) ? _learnersNext : _learners).Add(step.Id);
            }
        }
    }
}
