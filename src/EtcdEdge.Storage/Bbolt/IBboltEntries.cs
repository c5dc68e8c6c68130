namespace EtcdEdge.Storage.Bbolt;

/// <summary>
/// The entries of a bucket in ascending order of their keys, each key once. Walked twice by an image: once for the sizes, once for the bytes, and
/// both walks must give the same.
/// </summary>
public interface IBboltEntries
{
    /// <summary>Bytes of the current key; at least 1, at most 32,768 (bbolt's bound).</summary>
    int KeyLength { get; }

    /// <summary>Bytes of the current value.</summary>
    int ValueLength { get; }

    /// <summary>Goes to the next entry; false behind the last.</summary>
    bool MoveNext();

    /// <summary>Fills <paramref name="key"/>, <see cref="KeyLength"/> bytes, and <paramref name="value"/>, <see cref="ValueLength"/> bytes.</summary>
    void Copy(Span<byte> key, Span<byte> value);
}
