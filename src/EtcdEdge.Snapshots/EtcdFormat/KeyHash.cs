namespace EtcdEdge.Snapshots.EtcdFormat;

/// <summary>The result of <c>etcdutl hashkv</c>.</summary>
/// <param name="Hash">As HashKV of a server that holds the same.</param>
/// <param name="Revision">Up to which revision.</param>
/// <param name="CompactRevision">The file's compact revision; −1 is none.</param>
public readonly record struct KeyHash(uint Hash, long Revision, long CompactRevision);
