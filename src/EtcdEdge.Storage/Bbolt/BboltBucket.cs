namespace EtcdEdge.Storage.Bbolt;

/// <summary>A bucket to be written.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Open">Starts a walk over its entries; called twice.</param>
public sealed record BboltBucket(string Name, Func<IBboltEntries> Open);
