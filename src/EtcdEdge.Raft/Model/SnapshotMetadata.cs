using EtcdEdge.Raft.Membership;

namespace EtcdEdge.Raft.Model;

/// <summary>The point of the log at which a snapshot was taken. The snapshot's data never passes through this project.</summary>
/// <param name="Index">The last entry the snapshot contains.</param>
/// <param name="Term">That entry's term.</param>
/// <param name="ConfState">The membership as of that entry.</param>
public sealed record SnapshotMetadata(ulong Index, ulong Term, ConfState ConfState)
{
    /// <summary>Before the first entry, with no members: where a member that joins an existing cluster starts.</summary>
    public static SnapshotMetadata Empty { get; } = new(0, 0, ConfState.Empty);
}
