namespace EtcdEdge.Storage.Bbolt;

/// <summary>The limits of Bbolt, each with its reason.</summary>
public static class BboltLimits
{
    /// <summary>bbolt's bound of a key (MaxKeySize).</summary>
    public const int BboltKeyBytesMax = 32768;

    /// <summary>The sizes bbolt's own search for a second meta page begins and ends with are 1 KiB and 16 MiB; memory pages end at 64 KiB.</summary>
    public const int BboltPageSizeMin = 1024;

    /// <inheritdoc cref="BboltPageSizeMin"/>
    public const int BboltPageSizeMax = 64 * 1024;

    /// <summary>A tree of this depth with two children per branch would not fit a file; only a damaged one gets there.</summary>
    public const int BboltDepthMax = 48;

    /// <summary>An entry is a request at most, which end at 100 MiB by flag; a damaged page must not make the reader ask for all memory.</summary>
    public const long BboltEntryBytesMax = 256L * 1024 * 1024;
}
