namespace EtcdEdge.Storage.Wal;

/// <summary>A segment in use: the active one or one that waits to be released.</summary>
internal sealed class Segment
{
    public required ulong Number { get; init; }

    public required string Path { get; init; }

    /// <summary>Bytes of the file.</summary>
    public required long Length { get; init; }

    /// <summary>The page size it was begun with.</summary>
    public required int PageSize { get; init; }

    /// <summary>Where the next group goes: a multiple of <see cref="PageSize"/>, at least one page, at most <see cref="Length"/>.</summary>
    public required long Position { get; set; }

    /// <summary>The highest index any of its entries has, overwritten ones included; 0 when it has none.</summary>
    public ulong HighestIndex { get; set; }

    /// <summary>Some of it could not be read; it is not used again.</summary>
    public bool IsDamaged { get; set; }
}
