namespace EtcdEdge.Server.Memory;

/// <summary>What moving the heap together took.</summary>
/// <param name="Pause">For how long all threads stood.</param>
/// <param name="LiveBytes">What was left.</param>
internal readonly record struct HeapCompaction(TimeSpan Pause, long LiveBytes);
