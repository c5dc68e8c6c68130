using EtcdEdge.Raft.Model;

namespace EtcdEdge.Raft;

/// <summary>What <see cref="Invariants.CheckStep"/> remembers of a member from before a step.</summary>
public readonly record struct NodeView(
    HardState Hard, SoftState Soft, ulong Applied, ulong FirstIndex, ulong LastIndex, ulong CommittedTerm)
{
    /// <summary>The state of the member.</summary>
    public static NodeView Of(RaftNode node) => new(
        new HardState(node.Term, node.Vote, node.CommitIndex),
        new SoftState(node.Leader, node.Role, node.Term),
        node.AppliedIndex,
        node.FirstIndex,
        node.LastIndex,
        node.TermAt(node.CommitIndex) ?? 0);
}
