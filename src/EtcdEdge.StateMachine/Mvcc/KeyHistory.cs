using EtcdEdge.Base;
using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.StateMachine.Mvcc;

/// <summary>
/// The revisions of one key that the store still holds: a slot of a leaf. A key with a single revision has no array. The array of older
/// revisions only ever grows behind the counts that published slots hold, so all versions of a slot share it, and writing a hot key is
/// amortised O(1) whatever the number of its revisions.
/// </summary>
internal struct KeyHistory
{
    /// <summary>The newest revision; its key is the slot's key. Null in an unused slot.</summary>
    public Record Latest;

    private Record[]? _older;
    private int _olderCount;

    public KeyHistory(Record first)
    {
        Latest = first;
    }

    public readonly ReadOnlySpan<byte> Key => Latest.Key.Span;

    public readonly bool IsLive => !Latest.IsTombstone;

    /// <summary>Revisions held, the latest included.</summary>
    public readonly int Count => _olderCount + 1;

    private readonly ReadOnlySpan<Record> Older => _older.AsSpan(0, _olderCount);

    public readonly Record this[int index] => index == _olderCount ? Latest : _older![index];

    public void Append(Record next)
    {
        if (_older is null)
        {
            _older = new Record[1];
        }
        else if (_olderCount == _older.Length)
        {
            Array.Resize(ref _older, Math.Max(4, _olderCount * 2));
        }

        _older[_olderCount++] = Latest;
        Latest = next;
    }

    /// <summary>The newest revision not above <paramref name="revision"/>, a tombstone too; null when the key is younger.</summary>
    public readonly Record? At(long revision)
    {
        if (Latest.ModRevision <= revision)
        {
            return Latest;
        }

        var last = LastNotAbove(Older, revision);
        return last < 0 ? null : _older![last];
    }

    /// <summary>What a reader sees at <paramref name="revision"/>: null when the key does not exist then.</summary>
    public readonly Record? LiveAt(long revision) => At(revision) is { IsTombstone: false } record ? record : null;

    /// <summary>
    /// How many of the oldest revisions a compaction at <paramref name="revision"/> drops: all that a newer one up to it replaced, and
    /// its last one too if that is a tombstone, except exactly at it, where watchers may still start (etcd mvcc/key_index.go, doCompact).
    /// </summary>
    public readonly int DroppedBy(long revision)
    {
        var last = Latest.ModRevision <= revision ? _olderCount : LastNotAbove(Older, revision);
        if (last < 0)
        {
            return 0;
        }

        var record = this[last];
        return record.IsTombstone && record.ModRevision < revision ? last + 1 : last;
    }

    /// <summary>The slot without its oldest <paramref name="dropped"/> revisions. At least one must stay.</summary>
    public readonly KeyHistory Without(int dropped)
    {
        Invariant.Require(dropped < Count, "a slot keeps at least one revision");
        var kept = new KeyHistory(Latest);
        if (dropped < _olderCount)
        {
            kept._older = Older[dropped..].ToArray();
            kept._olderCount = _olderCount - dropped;
        }

        return kept;
    }

    private static int LastNotAbove(ReadOnlySpan<Record> records, long revision)
    {
        int low = 0, high = records.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (records[middle].ModRevision <= revision)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low - 1;
    }
}
