namespace EtcdEdge.Storage.Bbolt;

/// <summary>
/// Builds one bucket's tree from the bottom, in one pass and full pages: a leaf that is full goes out and its parent notes the leaf's first key; the
/// parent goes out when it is full itself. Holds one page per level, whatever the bucket's size.
/// </summary>
/// <param name="pageSize">Bytes of a page.</param>
/// <param name="firstPage">The id of the first page that goes out; the others follow it.</param>
/// <param name="planning">True: only count pages. The entries are then never asked for their bytes, and all pages are empty.</param>
internal sealed class BucketTree(int pageSize, ulong firstPage, bool planning)
{
    private readonly List<PageDraft> _levels = [new PageDraft(PageHeader.Leaf, pageSize, planning)];

    /// <summary>The id of the page that goes out next.</summary>
    public ulong NextPage { get; private set; } = firstPage;

    /// <summary>The root's page, once all pages have gone out.</summary>
    public ulong Root { get; private set; }

    /// <summary>The bucket's pages in the order of their ids; each is valid until the next is asked for.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Pages(IBboltEntries entries, uint leafFlags = 0)
    {
        while (entries.MoveNext())
        {
            if (!_levels[0].Fits(entries.KeyLength + entries.ValueLength))
            {
                foreach (var page in Close(0))
                {
                    yield return page;
                }
            }

            Put(entries, leafFlags);
        }

        for (var level = 0; level < _levels.Count - 1; level++)
        {
            foreach (var page in Close(level))
            {
                yield return page;
            }
        }

        Root = NextPage;
        yield return Finish(_levels.Count - 1);
    }

    private void Put(IBboltEntries entries, uint leafFlags)
    {
        var room = _levels[0].Add(entries.KeyLength, entries.ValueLength, leafFlags);
        if (!planning)
        {
            entries.Copy(room[..entries.KeyLength], room[entries.KeyLength..]);
        }
    }

    // A parent that has no room for one more child goes out before the child does.
    private IEnumerable<ReadOnlyMemory<byte>> Close(int level)
    {
        if (level == _levels.Count - 1)
        {
            _levels.Add(new PageDraft(PageHeader.Branch, pageSize, planning));
        }

        var (draft, parent) = (_levels[level], _levels[level + 1]);
        if (!parent.Fits(draft.FirstKeyBytes))
        {
            foreach (var page in Close(level + 1))
            {
                yield return page;
            }
        }

        draft.FirstKey.CopyTo(parent.Add(draft.FirstKeyBytes, 0, NextPage));
        yield return Finish(level);
    }

    private ReadOnlyMemory<byte> Finish(int level)
    {
        var id = NextPage;
        NextPage += (ulong)_levels[level].Pages;
        return _levels[level].Finish(id);
    }
}
