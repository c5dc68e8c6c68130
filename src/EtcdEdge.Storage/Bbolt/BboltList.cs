namespace EtcdEdge.Storage.Bbolt;

/// <summary>Entries that are small enough to be held; sorted here.</summary>
public sealed class BboltList : IBboltEntries
{
    private readonly (byte[] Key, byte[] Value)[] _entries;
    private int _at = -1;

    public BboltList(IEnumerable<(byte[] Key, byte[] Value)> entries)
    {
        _entries = [.. entries];
        Array.Sort(_entries, static (a, b) => a.Key.AsSpan().SequenceCompareTo(b.Key));
    }

    public int KeyLength => _entries[_at].Key.Length;

    public int ValueLength => _entries[_at].Value.Length;

    public bool MoveNext() => ++_at < _entries.Length;

    public void Copy(Span<byte> key, Span<byte> value)
    {
        _entries[_at].Key.CopyTo(key);
        _entries[_at].Value.CopyTo(value);
    }
}
