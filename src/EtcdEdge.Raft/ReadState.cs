namespace EtcdEdge.Raft;

/// <summary>A confirmed read: once the caller has applied <paramref name="Index"/> it may be answered.</summary>
/// <param name="Context">What the caller passed to ReadIndex.</param>
/// <param name="Index">The commit index the read has to see.</param>
public readonly record struct ReadState(ulong Context, ulong Index);
