namespace EtcdEdge.Raft;

/// <summary>The answer to a proposal. <see cref="Index"/> and <see cref="Term"/> are set only when it was accepted.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Index">Its index in the log.</param>
/// <param name="Term">The term it was accepted in; if another entry is applied at <paramref name="Index"/>, this one is lost.</param>
public readonly record struct ProposeResult(ProposeOutcome Outcome, ulong Index = 0, ulong Term = 0)
{
    /// <summary>Whether the proposal is in the leader's log.</summary>
    public bool Accepted => Outcome == ProposeOutcome.Accepted;
}
