namespace EtcdEdge.Storage.Checkpoint;

/// <summary>
/// A checkpoint cannot be read, or could not be written. <see cref="Exception.Message"/> is one line: which file, and what is wrong with it. Never a
/// reason to stop serving: the log and the memory hold everything.
/// </summary>
public sealed class CheckpointException : IOException
{
    public CheckpointException(string path, string detail, Exception? inner = null)
        : base($"{path}: {detail}", inner)
    {
        Path = path;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>It is another member's, or a newer version's: it must be left alone, and the daemon must not start beside it.</summary>
    public bool IsForeign { get; init; }

    /// <summary>The power went, or the process ended, in the midst of a large change. No damage: the other file is a checkpoint.</summary>
    public bool IsUnfinished { get; init; }
}
