namespace EtcdEdge.Http2.Hpack;

/// <summary>The fields of one request in their order, up to a bound.</summary>
public sealed class HeaderList
{
    private HeaderField[] _fields = new HeaderField[12];
    private int _bytes;

    public int Count { get; private set; }

    /// <summary>
    /// There were more than <see cref="HpackLimits.HeaderListBytes"/>; the rest was read and dropped, because the table of headers must stay level.
    /// </summary>
    public bool IsTooLarge => _bytes > HpackLimits.HeaderListBytes;

    public ReadOnlySpan<HeaderField> Fields => _fields.AsSpan(0, Count);

    public void Add(HeaderField field)
    {
        _bytes += field.Size;
        if (IsTooLarge)
        {
            return;
        }

        if (Count == _fields.Length)
        {
            Array.Resize(ref _fields, Count * 2);
        }

        _fields[Count++] = field;
    }

    /// <summary>The first value under a name in lower case, null when there is none.</summary>
    public string? Find(string name)
    {
        foreach (var field in Fields)
        {
            if (field.Name == name)
            {
                return field.Value;
            }
        }

        return null;
    }
}
