using System.Buffers.Binary;
using EtcdEdge.Base;

namespace EtcdEdge.Storage.Bbolt;

/// <summary>
/// A branch or leaf page that is being filled: elements first, then keys and values in their order, as bbolt lays them. While planning, only the
/// sizes are kept.
/// </summary>
internal sealed class PageDraft(ushort flags, int pageSize, bool planning)
{
    /// <summary>
    /// A branch has at least two children, whatever the size of their keys (bbolt minKeysPerPage): with one each, a tree would never reach its root.
    /// </summary>
    private readonly int _countMin = flags == PageHeader.Branch ? 2 : 1;
    private byte[] _elements = planning ? [] : new byte[pageSize];
    private byte[] _data = planning ? [] : new byte[pageSize];
    private byte[] _page = [];
    private int _count;
    private int _dataBytes;
    private int _firstKeyBytes;

    public bool IsEmpty => _count == 0;

    /// <summary>Bytes of the key the page begins with, which its parent names it by.</summary>
    public int FirstKeyBytes => _firstKeyBytes;

    /// <summary>Not while planning.</summary>
    public ReadOnlySpan<byte> FirstKey => _data.AsSpan(0, planning ? 0 : _firstKeyBytes);

    /// <summary>Pages it takes; more than one only for elements of which a page does not take one more.</summary>
    public int Pages => Math.Max(1, (UsedBytes + pageSize - 1) / pageSize);

    private int UsedBytes => PageHeader.Size + (_count * PageHeader.ElementSize) + _dataBytes;

    public bool Fits(int bytes) => _count < _countMin || UsedBytes + PageHeader.ElementSize + bytes <= pageSize;

    /// <summary>Adds an element; returns where its key and value go, empty while planning.</summary>
    /// <param name="keyBytes">The key's size.</param>
    /// <param name="valueBytes">The value's size; 0 on a branch.</param>
    /// <param name="mark">A leaf's flags, or the page a branch points to.</param>
    public Span<byte> Add(int keyBytes, int valueBytes, ulong mark)
    {
        Invariant.Require(keyBytes is > 0 and <= BboltLimits.BboltKeyBytesMax, "a bbolt key has a size that bbolt takes");
        var dataAt = _dataBytes;
        if (_count == 0)
        {
            _firstKeyBytes = keyBytes;
        }

        _dataBytes = checked(_dataBytes + keyBytes + valueBytes);
        if (!planning)
        {
            WriteElement(dataAt, keyBytes, valueBytes, mark);
        }

        _count++;
        return planning ? default : _data.AsSpan(dataAt, keyBytes + valueBytes);
    }

    /// <summary>The page's bytes, valid until the next page is made; the draft is empty afterwards. Nothing while planning.</summary>
    public ReadOnlyMemory<byte> Finish(ulong id)
    {
        var (length, pages) = (Pages * pageSize, Pages);
        var (count, dataBytes) = (_count, _dataBytes);
        (_count, _dataBytes, _firstKeyBytes) = (0, 0, 0);
        if (planning)
        {
            return default;
        }

        if (_page.Length < length)
        {
            _page = new byte[length];
        }

        var dataAt = PageHeader.Size + (count * PageHeader.ElementSize);
        new PageHeader(id, flags, (ushort)count, (uint)pages - 1).Write(_page);
        FixPositions(count, dataAt);
        _elements.AsSpan(0, count * PageHeader.ElementSize).CopyTo(_page.AsSpan(PageHeader.Size));
        _data.AsSpan(0, dataBytes).CopyTo(_page.AsSpan(dataAt));
        _page.AsSpan(dataAt + dataBytes, length - dataAt - dataBytes).Clear();
        return _page.AsMemory(0, length);
    }

    // A branch's element: position, key size, page (8 bytes). A leaf's: flags, position, key size, value size.
    private void WriteElement(int dataAt, int keyBytes, int valueBytes, ulong mark)
    {
        if (_data.Length < _dataBytes)
        {
            Array.Resize(ref _data, Math.Max(_dataBytes, _data.Length * 2));
        }

        var element = _elements.AsSpan(_count * PageHeader.ElementSize, PageHeader.ElementSize);
        if (flags == PageHeader.Branch)
        {
            BinaryPrimitives.WriteInt32LittleEndian(element, dataAt);
            BinaryPrimitives.WriteInt32LittleEndian(element[4..], keyBytes);
            BinaryPrimitives.WriteUInt64LittleEndian(element[8..], mark);
            return;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(element, (uint)mark);
        BinaryPrimitives.WriteInt32LittleEndian(element[4..], dataAt);
        BinaryPrimitives.WriteInt32LittleEndian(element[8..], keyBytes);
        BinaryPrimitives.WriteInt32LittleEndian(element[12..], valueBytes);
    }

    // Positions count from the element itself, and the start of the data is known only with the last element.
    private void FixPositions(int count, int dataAt)
    {
        var positionAt = flags == PageHeader.Branch ? 0 : 4;
        for (var i = 0; i < count; i++)
        {
            var elementAt = i * PageHeader.ElementSize;
            var position = _elements.AsSpan(elementAt + positionAt);
            BinaryPrimitives.WriteInt32LittleEndian(
                position, BinaryPrimitives.ReadInt32LittleEndian(position) + dataAt - PageHeader.Size - elementAt);
        }
    }
}
