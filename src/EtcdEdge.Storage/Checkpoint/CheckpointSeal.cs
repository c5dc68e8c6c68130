namespace EtcdEdge.Storage.Checkpoint;

/// <summary>The document that makes a file a checkpoint: whose, which, and what has to be in it.</summary>
/// <param name="ClusterId">Whose state it is.</param>
/// <param name="MemberId">Whose state it is.</param>
/// <param name="Generation">Higher is newer; 0 while a change in several transactions is under way, and the file is no checkpoint.</param>
/// <param name="Blobs">Blobs in the file.</param>
/// <param name="Digest">The inventory's digest.</param>
internal readonly record struct CheckpointSeal(ulong ClusterId, ulong MemberId, long Generation, int Blobs, ulong Digest);
