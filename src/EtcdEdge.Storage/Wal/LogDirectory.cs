namespace EtcdEdge.Storage.Wal;

/// <summary>The files in the log's directory, by kind.</summary>
internal sealed class LogDirectory
{
    private readonly List<string> _unfinished = [];

    /// <summary>By ascending number.</summary>
    public List<(ulong Number, string Path)> Segments { get; } = [];

    public List<ulong> Spares { get; } = [];

    public List<string> Others { get; } = [];

    public static LogDirectory List(IDisk disk, string directory)
    {
        var listing = new LogDirectory();
        // Sorted by name, which for hexadecimal of fixed width is by number.
        foreach (var name in disk.List(directory))
        {
            listing.Sort(name, Path.Combine(directory, name));
        }

        return listing;
    }

    /// <summary>Files that were being made when the process ended hold nothing.</summary>
    public void DeleteUnfinished(IDisk disk, string directory)
    {
        foreach (var name in _unfinished)
        {
            disk.Delete(Path.Combine(directory, name));
        }
    }

    private void Sort(string name, string path)
    {
        if (SegmentName.TryParse(name, out var number))
        {
            Segments.Add((number, path));
        }
        else if (SegmentName.TryParseSpare(name, out var id))
        {
            Spares.Add(id);
        }
        else if (name is SegmentName.SpareInMaking or SegmentName.LargeInMaking)
        {
            _unfinished.Add(name);
        }
        else if (name != SegmentName.LockFile)
        {
            Others.Add(name);
        }
    }
}
