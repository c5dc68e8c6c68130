namespace EtcdEdge.Storage.Wal;

/// <summary>One durable group, for the histograms.</summary>
/// <param name="Write">From the first byte to the last handed to the kernel.</param>
/// <param name="Sync">The fdatasync alone.</param>
/// <param name="Bytes">Written, padding included.</param>
/// <param name="Entries">Made durable.</param>
public readonly record struct WalFlush(TimeSpan Write, TimeSpan Sync, long Bytes, int Entries);
