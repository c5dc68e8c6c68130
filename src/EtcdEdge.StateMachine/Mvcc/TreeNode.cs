namespace EtcdEdge.StateMachine.Mvcc;

/// <summary>
/// A node of the key tree. <see cref="Edit"/> names the batch that made it: the writer changes only nodes of its own batch and copies all
/// others, since readers may be on them.
/// </summary>
internal abstract class TreeNode(long edit)
{
    public readonly long Edit = edit;

    /// <summary>Entries in use, from the front.</summary>
    public int Count;

    /// <summary>Keys below this node that exist at the newest revision.</summary>
    public int Live;
}
