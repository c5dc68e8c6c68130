using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Mvcc;
using EtcdEdge.StateMachine.Snapshot;

namespace EtcdEdge.Snapshots.Checkpoints;

/// <summary>Walks a history beside the segments of a file, both in order, and sees which of their records still count.</summary>
public sealed class LiveSurvey
{
    private readonly Revision[] _revisions = new Revision[SnapshotSegmentLimits.SegmentRecords];
    private HistoryCursor _cursor;
    private bool _hasCurrent;
    private long _passed;

    public LiveSurvey(History history)
    {
        _cursor = history.From(0);
        _hasCurrent = _cursor.MoveNext();
    }

    /// <summary>The segment with the holes it has now.</summary>
    public PackedSegment Look(PackedSegment segment)
    {
        var revisions = _revisions.AsSpan(0, segment.Count);
        segment.CopyRevisions(revisions);
        var holes = new byte[(segment.Count + 7) / 8];
        var live = 0;
        for (var i = 0; i < revisions.Length; i++)
        {
            if (IsLive(revisions[i]))
            {
                live++;
                continue;
            }

            holes[i / 8] |= (byte)(1 << (i % 8));
        }

        return live == segment.Live ? segment : segment.With(live == segment.Count ? [] : holes, live);
    }

    /// <summary>Records of the history up to a revision; call once, after the last segment.</summary>
    public long SeenUpTo(Revision last)
    {
        while (_hasCurrent && Revision.Of(_cursor.Current) <= last)
        {
            Advance();
        }

        return _passed;
    }

    private bool IsLive(Revision revision)
    {
        while (_hasCurrent && Revision.Of(_cursor.Current) < revision)
        {
            Advance();
        }

        return _hasCurrent && Revision.Of(_cursor.Current) == revision;
    }

    private void Advance()
    {
        _passed++;
        _hasCurrent = _cursor.MoveNext();
    }
}
