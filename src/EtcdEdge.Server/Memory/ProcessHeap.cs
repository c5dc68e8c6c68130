namespace EtcdEdge.Server.Memory;

/// <summary>This process's heap.</summary>
internal sealed class ProcessHeap : IHeap
{
    public long AllocatedBytes => GC.GetTotalAllocatedBytes();

    public long HeldBytes => GC.GetTotalMemory(forceFullCollection: false);

    // Only an aggressive collection gives everything back: others keep what they freed until many more collections have passed, which on an idle node
    // never come.
    public HeapCompaction Compact()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        var done = GC.GetGCMemoryInfo(GCKind.FullBlocking);
        return new HeapCompaction(done.PauseDurations[0], done.HeapSizeBytes);
    }

    public void CollectBeside() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false, compacting: false);
}
