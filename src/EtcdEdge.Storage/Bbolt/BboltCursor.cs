using System.Buffers.Binary;
using System.Collections;

namespace EtcdEdge.Storage.Bbolt;

/// <summary>
/// Walks the entries of one bucket upwards. Keys and values are slices of a page that is read once and never overwritten: they stay valid.
/// </summary>
public sealed class BboltCursor
{
    private readonly BboltReader _reader;
    private readonly Stack<(ulong Id, byte[] Page, int Next)> _branches = new();
    private readonly BitArray _seen;
    private readonly ulong _root;
    private readonly ReadOnlyMemory<byte> _inline;
    private ulong _leafId;
    private ReadOnlyMemory<byte> _leaf;
    private int _count;
    private int _next;

    /// <param name="reader">The database.</param>
    /// <param name="root">The bucket's root page; 0 for one that stands within its parent's page.</param>
    /// <param name="inline">That page, then.</param>
    internal BboltCursor(BboltReader reader, ulong root, ReadOnlyMemory<byte> inline)
    {
        (_reader, _root, _inline) = (reader, root, inline);
        _seen = new BitArray(checked((int)reader.PageCount));
        if (root == 0)
        {
            BboltReader.Require(inline.Length >= PageHeader.Size, "a bucket within its parent's page is cut off");
            OpenLeaf(0, inline);
        }
        else
        {
            Descend(root);
        }
    }

    public ReadOnlyMemory<byte> Key { get; private set; }

    public ReadOnlyMemory<byte> Value { get; private set; }

    /// <summary>The entry is a bucket: see <see cref="Nested"/>.</summary>
    public bool IsBucket { get; private set; }

    /// <summary>Goes to the next entry; false behind the last.</summary>
    /// <exception cref="BboltException">The bucket is damaged here.</exception>
    public bool MoveNext()
    {
        while (_next == _count)
        {
            if (!NextLeaf())
            {
                return false;
            }
        }

        ReadElement(_next++);
        return true;
    }

    /// <summary>The bucket at the current entry.</summary>
    public BboltCursor Nested()
    {
        BboltReader.Require(IsBucket && Value.Length >= PageHeader.BucketSize, _leafId, "an entry that should be a bucket is none");
        return new BboltCursor(_reader, BinaryPrimitives.ReadUInt64LittleEndian(Value.Span), Value[PageHeader.BucketSize..]);
    }

    /// <summary>The bucket's highest key, found from its root; empty when it has none. The walk goes on where it was.</summary>
    public ReadOnlyMemory<byte> LastKey() => _root == 0 ? LastKeyOf(0, _inline) : LastKeyBelow(_root);

    private ReadOnlyMemory<byte> LastKeyBelow(ulong id)
    {
        for (var depth = 0; ; depth++)
        {
            BboltReader.Require(depth < BboltLimits.BboltDepthMax, id, "the tree is deeper than any can be");
            var page = _reader.ReadPage(id);
            if (PageHeader.Read(page) is not { Flags: PageHeader.Branch } header)
            {
                return LastKeyOf(id, page);
            }

            RequireElements(id, page, header);
            id = ChildOf(id, page, header.Count - 1);
        }
    }

    private static ReadOnlyMemory<byte> LastKeyOf(ulong id, ReadOnlyMemory<byte> page)
    {
        var header = PageHeader.Read(page.Span);
        BboltReader.Require(header.Flags == PageHeader.Leaf && ElementsEnd(header.Count) <= page.Length, id, "its elements run over its end");
        var at = ElementsEnd(header.Count - 1);
        return header.Count == 0 ? default : SliceOf(
            id, page, at, BinaryPrimitives.ReadUInt32LittleEndian(page.Span[(at + 4)..]),
                BinaryPrimitives.ReadUInt32LittleEndian(page.Span[(at + 8)..]));
    }

    private bool NextLeaf()
    {
        while (_branches.TryPop(out var branch))
        {
            int count = PageHeader.Read(branch.Page).Count;
            if (branch.Next < count)
            {
                _branches.Push(branch with { Next = branch.Next + 1 });
                Descend(ChildOf(branch.Id, branch.Page, branch.Next));
                return true;
            }
        }

        return false;
    }

    // To the first leaf below.
    private void Descend(ulong id)
    {
        for (; ; )
        {
            BboltReader.Require(_branches.Count < BboltLimits.BboltDepthMax, id, "the tree is deeper than any can be");
            var page = _reader.ReadPage(id);
            BboltReader.Require(!_seen[(int)id], id, "it is reached twice");
            _seen[(int)id] = true;
            var header = PageHeader.Read(page);
            if (header.Flags == PageHeader.Leaf)
            {
                OpenLeaf(id, page);
                return;
            }

            BboltReader.Require(header.Flags == PageHeader.Branch, id, $"it is neither branch nor leaf but has flags {header.Flags:x}");
            RequireElements(id, page, header);
            _branches.Push((id, page, 1));
            id = ChildOf(id, page, 0);
        }
    }

    private void OpenLeaf(ulong id, ReadOnlyMemory<byte> page)
    {
        var header = PageHeader.Read(page.Span);
        BboltReader.Require(header.Flags == PageHeader.Leaf && ElementsEnd(header.Count) <= page.Length, id, "its elements run over its end");
        (_leafId, _leaf, _count, _next) = (id, page, header.Count, 0);
    }

    private static void RequireElements(ulong id, byte[] page, in PageHeader header) =>
        BboltReader.Require(header.Count > 0 && ElementsEnd(header.Count) <= page.Length, id, "its elements run over its end");

    private static int ElementsEnd(int count) => PageHeader.Size + (count * PageHeader.ElementSize);

    private static ulong ChildOf(ulong id, byte[] page, int index)
    {
        var at = ElementsEnd(index);
        SliceOf(id, page, at, BinaryPrimitives.ReadUInt32LittleEndian(page.AsSpan(at)), BinaryPrimitives.ReadUInt32LittleEndian(page.AsSpan(at + 4)));
        return BinaryPrimitives.ReadUInt64LittleEndian(page.AsSpan(at + 8));
    }

    private void ReadElement(int index)
    {
        var at = ElementsEnd(index);
        var element = _leaf.Span[at..];
        var position = BinaryPrimitives.ReadUInt32LittleEndian(element[4..]);
        var keyBytes = BinaryPrimitives.ReadUInt32LittleEndian(element[8..]);
        var key = SliceOf(_leafId, _leaf, at, position, keyBytes);
        BboltReader.Require(Key.IsEmpty || Key.Span.SequenceCompareTo(key.Span) < 0, _leafId, "its keys do not ascend");
        Value = SliceOf(_leafId, _leaf, at, (ulong)position + keyBytes, BinaryPrimitives.ReadUInt32LittleEndian(element[12..]));
        IsBucket = (BinaryPrimitives.ReadUInt32LittleEndian(element) & PageHeader.BucketEntry) != 0;
        Key = key;
    }

    private static ReadOnlyMemory<byte> SliceOf(ulong id, ReadOnlyMemory<byte> page, int elementAt, ulong position, ulong length)
    {
        BboltReader.Require((ulong)elementAt + position + length <= (ulong)page.Length, id, "an entry runs over its end");
        return page.Slice(elementAt + (int)position, (int)length);
    }
}
