using System.Runtime.InteropServices;
using EtcdEdge.Base;
using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.StateMachine.Mvcc;

/// <summary>
/// Compaction. Its effect on requests is immediate; the records go later, in slices. Garbage is found by walking the history between the
/// previous compact revision and the new one: only a key written there has a revision that a newer one replaced, or is a tombstone the
/// previous compaction kept.
/// </summary>
public sealed partial class MvccStore
{
    private readonly List<Record> _garbage = [];
    private (long Revision, int SubRevision) _sweepAt;
    private bool _sweeping;

    /// <summary>Raised before each compaction with the root that it is about to compact.</summary>
    public event Action<MvccRoot>? Compacting;

    /// <summary>True while a compaction has records left to remove.</summary>
    public bool CompactionPending => _sweeping;

    /// <summary>Forbids requests below <paramref name="revision"/> from now on and starts the removal.</summary>
    /// <returns>None, Compacted or FutureRevision.</returns>
    public EtcdError Compact(long revision)
    {
        Invariant.Require(!_writing, "a compaction is no part of an operation");
        if (revision <= _compactRevision)
        {
            return EtcdError.Compacted;
        }

        if (revision > _revision)
        {
            return EtcdError.FutureRevision;
        }

        Compacting?.Invoke(Publish());
        // Tombstones exactly at the previous compact revision were kept, so the walk begins there; or where the previous walk has come to.
        if (!_sweeping || _sweepAt.Revision >= _compactRevision)
        {
            _sweepAt = (_compactRevision, 0);
        }

        _compactRevision = revision;
        _sweeping = true;
        return EtcdError.None;
    }

    /// <summary>
    /// Removes garbage for up to <paramref name="maxRecords"/> records of history, more only where a single key has more revisions to lose.
    /// Returns true while there is more to do.
    /// </summary>
    public bool CompactStep(int maxRecords)
    {
        if (!_sweeping)
        {
            return false;
        }

        _garbage.Clear();
        _sweeping = Sweep(maxRecords);
        _garbage.Sort(static (a, b) => a.ModRevision != b.ModRevision
            ? a.ModRevision.CompareTo(b.ModRevision)
            : a.SubRevision.CompareTo(b.SubRevision));
        _history.Remove(CollectionsMarshal.AsSpan(_garbage));
        Totals.Compacted(_garbage.Count);
        _garbage.Clear();
        return _sweeping;
    }

    private bool Sweep(int maxRecords)
    {
        var budget = maxRecords;
        foreach (var record in _history.View().From(_sweepAt.Revision, _sweepAt.SubRevision))
        {
            if (record.ModRevision > _compactRevision)
            {
                return false;
            }

            if (budget-- == 0)
            {
                _sweepAt = (record.ModRevision, record.SubRevision);
                return true;
            }

            SweepKey(record.Key.Span);
        }

        return false;
    }

    private void SweepKey(ReadOnlySpan<byte> key)
    {
        if (!_keys.Tree.TryFind(key, out var history))
        {
            return;
        }

        var dropped = history.DroppedBy(_compactRevision);
        if (dropped == 0)
        {
            return;
        }

        for (var i = 0; i < dropped; i++)
        {
            _garbage.Add(history[i]);
            _sizeBytes -= SizeOf(history[i]);
        }

        _keys.Seek(key);
        _keys.Drop(dropped);
    }
}
