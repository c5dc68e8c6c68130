namespace EtcdEdge.Server.Memory;

/// <summary>The managed heap, as far as <see cref="HeapCompactor"/> deals with it.</summary>
internal interface IHeap
{
    /// <summary>Bytes allocated since the process began; to a few kilobytes per thread.</summary>
    long AllocatedBytes { get; }

    /// <summary>Bytes that objects take now, dead ones that were not collected yet included.</summary>
    long HeldBytes { get; }

    /// <summary>Stops all threads, compacts the live objects and returns the rest to the system. Returns the cost.</summary>
    HeapCompaction Compact();

    /// <summary>Collects beside all other threads. Returns at once; what it frees stays with the process, for the most part.</summary>
    void CollectBeside();
}
