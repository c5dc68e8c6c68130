using System.Globalization;
using EtcdEdge.Base;

namespace EtcdEdge.Raft.Membership;

/// <summary>
/// A membership, immutable; all lists are sorted and hold no ID twice. Invariants: voters (of either half) and learners do not overlap;
/// <see cref="LearnersNext"/> is part of <see cref="VotersOutgoing"/>; <see cref="AutoLeave"/> only while joint.
/// </summary>
public sealed class ConfState : IEquatable<ConfState>
{
    private readonly ulong[] _voters = [];
    private readonly ulong[] _votersOutgoing = [];
    private readonly ulong[] _learners = [];
    private readonly ulong[] _learnersNext = [];

    /// <summary>No members.</summary>
    public static ConfState Empty { get; } = new();

    /// <summary>The voters; while joint, those of the incoming half.</summary>
    public IReadOnlyList<ulong> Voters
    {
        get => _voters;
        init => _voters = Sorted(value);
    }

    /// <summary>The voters before the change; empty unless joint.</summary>
    public IReadOnlyList<ulong> VotersOutgoing
    {
        get => _votersOutgoing;
        init => _votersOutgoing = Sorted(value);
    }

    /// <summary>The members that receive the log without a vote.</summary>
    public IReadOnlyList<ulong> Learners
    {
        get => _learners;
        init => _learners = Sorted(value);
    }

    /// <summary>Outgoing voters that become learners when the joint configuration is left.</summary>
    public IReadOnlyList<ulong> LearnersNext
    {
        get => _learnersNext;
        init => _learnersNext = Sorted(value);
    }

    /// <summary>Whether the leader leaves the joint configuration automatically.</summary>
    public bool AutoLeave { get; init; }

    /// <summary>Whether two majorities have to agree.</summary>
    public bool IsJoint => _votersOutgoing.Length > 0;

    /// <summary>Whether <paramref name="id"/> votes, in either half.</summary>
    public bool IsVoter(ulong id) => Array.IndexOf(_voters, id) >= 0 || Array.IndexOf(_votersOutgoing, id) >= 0;

    /// <summary>Whether <paramref name="id"/> is a member of any kind.</summary>
    public bool Contains(ulong id) => IsVoter(id) || Array.IndexOf(_learners, id) >= 0;

    /// <summary>
    /// The membership after a committed change, for readers of the log without a <see cref="RaftNode"/>. Throws <see cref="InvariantException"/> for
    /// a change that no leader could have proposed.
    /// </summary>
    public ConfState After(ConfChange change)
    {
        var next = ConfChanger.TryApply(this, change, out var complaint);
        Invariant.Require(next is not null, complaint ?? "a committed configuration change cannot be applied");
        return next;
    }

    /// <summary>Whether both mean the same membership.</summary>
    public bool Equals(ConfState? other) =>
        other is not null && AutoLeave == other.AutoLeave && _voters.AsSpan().SequenceEqual(other._voters)
        && _votersOutgoing.AsSpan().SequenceEqual(other._votersOutgoing) && _learners.AsSpan().SequenceEqual(other._learners)
        && _learnersNext.AsSpan().SequenceEqual(other._learnersNext);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ConfState);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = (ulong)_voters.Length;
        foreach (var voter in _voters)
        {
            hash = (hash ^ voter) * 0x9E3779B97F4A7C15;
        }

        return (int)(hash >> 32);
    }

    /// <summary>For example <c>voters=(1 2 3)&amp;&amp;(1 2) learners=(4)</c>.</summary>
    public override string ToString() =>
        $"voters={Text(_voters)}{(IsJoint ? "&&" + Text(_votersOutgoing) : "")}"
        + (_learners.Length > 0 ? $" learners={Text(_learners)}" : "")
        + (_learnersNext.Length > 0 ? $" learnersNext={Text(_learnersNext)}" : "") + (AutoLeave ? " autoleave" : "");

    internal Quorum.JointConfig ToQuorum() => new(_voters, _votersOutgoing);

    private static string Text(ulong[] ids) => "(" + string.Join(' ', ids.Select(id => id.ToString(CultureInfo.InvariantCulture))) + ")";

    private static ulong[] Sorted(IReadOnlyList<ulong> ids) => [.. ids.Distinct().Order()];
}
