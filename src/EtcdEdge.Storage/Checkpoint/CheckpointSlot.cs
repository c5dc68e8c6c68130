namespace EtcdEdge.Storage.Checkpoint;

/// <summary>
/// One of the two files that checkpoints go to in turn: while one is changed the other is whole, and the log reaches back to it. The caller's thread
/// for checkpoints changes it; <see cref="Generation"/> may be read by any.
/// </summary>
public sealed class CheckpointSlot
{
    private long _generation;

    internal CheckpointSlot(int number, string path)
    {
        Number = number;
        Path = path;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Which checkpoint it holds, higher is newer; 0 is none.</summary>
    public long Generation
    {
        get => Interlocked.Read(ref _generation);
        internal set => Interlocked.Exchange(ref _generation, value);
    }

    /// <summary>Why a file that is there cannot be used; null when it can, or when there is none.</summary>
    public CheckpointException? Damage { get; internal set; }

    /// <summary>Whether this process has read or written the whole file, so that it can be changed instead of written anew.</summary>
    public bool IsKnown => Inventory is not null;

    /// <summary>Bytes of the blobs in it, and of the file; a file is worth writing anew when much less is in it.</summary>
    public (long Blobs, long File) Bytes { get; internal set; }

    internal int Number { get; }

    internal Inventory? Inventory { get; set; }

    /// <summary>There is nothing usable in it, for this process and the next.</summary>
    internal void Forget() => (Generation, Inventory, Bytes) = (0, null, default);
}
