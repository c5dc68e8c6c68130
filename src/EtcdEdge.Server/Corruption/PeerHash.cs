namespace EtcdEdge.Server.Corruption;

/// <summary>A member's answer to "what is your hash at this revision".</summary>
/// <param name="MemberId">The member that was asked.</param>
/// <param name="Failure">Why there is no hash, or null: then the rest counts.</param>
internal sealed record PeerHash(ulong MemberId, string? Failure)
{
    public uint Hash { get; init; }

    /// <summary>What the hash leaves out: hashes compare only where this is equal.</summary>
    public long CompactRevision { get; init; }

    /// <summary>The newest revision that the member holds.</summary>
    public long Revision { get; init; }
}
