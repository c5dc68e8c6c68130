namespace EtcdEdge.Server.Checkpoints;

/// <summary>Rewrites the store's file without free space, as the Defragment RPC requests.</summary>
internal interface IDefragmenter
{
    /// <summary>
    /// Writes a checkpoint to a new file. Completes with null when it is durable, otherwise with the reason of the failure. Any thread.
    /// </summary>
    Task<string?> DefragmentAsync();
}
