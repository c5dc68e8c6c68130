using EtcdEdge.Base;

namespace EtcdEdge.Storage.Checkpoint;

/// <summary>
/// The content of a checkpoint's file, by checksum: its digest is in the file, so that a lost, stale or extra blob is detected even where every page
/// is intact.
/// </summary>
internal sealed class Inventory
{
    private readonly Dictionary<(BlobTable Table, long Id), (uint Crc, int Length)> _blobs = [];

    /// <summary>The same for the same blobs in any order.</summary>
    public ulong Digest { get; private set; }

    public int Count => _blobs.Count;

    /// <summary>Bytes of all blobs.</summary>
    public long Bytes { get; private set; }

    /// <summary>The length of a blob held; −1 when there is none.</summary>
    public int LengthOf(BlobTable table, long id) => _blobs.TryGetValue((table, id), out var blob) ? blob.Length : -1;

    public void Put(BlobTable table, long id, ReadOnlySpan<byte> bytes)
    {
        Remove(table, id);
        var blob = (Crc32C.Of(bytes), bytes.Length);
        _blobs.Add((table, id), blob);
        Digest += Mix(table, id, blob);
        Bytes += bytes.Length;
    }

    public void Remove(BlobTable table, long id)
    {
        if (_blobs.Remove((table, id), out var blob))
        {
            Digest -= Mix(table, id, blob);
            Bytes -= blob.Length;
        }
    }

    public Inventory Copy()
    {
        var copy = new Inventory { Digest = Digest, Bytes = Bytes };
        foreach (var (key, blob) in _blobs)
        {
            copy._blobs.Add(key, blob);
        }

        return copy;
    }

    // SplitMix64's finaliser: sums of well mixed numbers collide by chance only.
    private static ulong Mix(BlobTable table, long id, (uint Crc, int Length) blob)
    {
        var x = ((ulong)blob.Crc << 32) ^ (ulong)(uint)blob.Length ^ ((ulong)id * 0x9E3779B97F4A7C15) ^ ((ulong)table << 61);
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
