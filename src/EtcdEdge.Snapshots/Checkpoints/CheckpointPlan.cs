using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Mvcc;
using EtcdEdge.Storage.Checkpoint;

namespace EtcdEdge.Snapshots.Checkpoints;

/// <summary>
/// What has to change in a file that holds <c>before</c> so that it holds a history: segments of which less than half still counts are packed anew
/// with their like beside them, empty ones go, others get holes, and what is new is packed behind. Revisions that came and went in between are never
/// written. <see cref="Segments"/> is walked once; only then are <see cref="Removed"/>, <see cref="Holes"/> and <see cref="After"/> whole.
/// </summary>
public sealed class CheckpointPlan
{
    private readonly History _history;
    private readonly List<Run> _runs = [];
    private readonly SortedDictionary<long, PackedSegment> _after = [];
    private readonly List<long> _removed = [];
    private readonly List<(long Id, byte[] Bytes)> _holes = [];
    private Run? _open;

    private CheckpointPlan(History history) => _history = history;

    /// <summary>Segments that go.</summary>
    public IReadOnlyCollection<long> Removed => _removed;

    /// <summary>Holes that change; an empty blob removes them.</summary>
    public IReadOnlyCollection<(long Id, byte[] Bytes)> Holes => _holes;

    /// <summary>What the file then holds.</summary>
    public IReadOnlyList<PackedSegment> After => [.. _after.Values];

    /// <summary>Records that will be written.</summary>
    public long RecordsToWrite { get; private set; }

    /// <summary>Everything anew, in segments numbered from 1.</summary>
    public static CheckpointPlan Whole(History history, long records)
    {
        var plan = new CheckpointPlan(history) { RecordsToWrite = records };
        plan._runs.Add(new Run { From = default, Next = 1 });
        return plan;
    }

    /// <exception cref="CheckpointException">The file and the history do not belong together; it has to be written anew.</exception>
    public static CheckpointPlan Change(IReadOnlyList<PackedSegment> before, History history, long records, string path)
    {
        var plan = new CheckpointPlan(history);
        var survey = new LiveSurvey(history);
        long live = 0;
        foreach (var segment in before)
        {
            var surveyed = survey.Look(segment);
            live += surveyed.Live;
            plan.Place(segment, surveyed);
        }

        var last = before.Count > 0 ? before[^1].Last : default;
        if (survey.SeenUpTo(last) != live)
        {
            throw new CheckpointException(path, "it holds other revisions than the state does");
        }

        plan.AddNew(before, last, records - live);
        return plan;
    }

    /// <summary>The segments to write, in the order of their ids.</summary>
    public IEnumerable<(long Id, byte[] Bytes)> Segments(Func<bool> isStopping)
    {
        var packer = new SegmentPacker();
        foreach (var run in _runs)
        {
            foreach (var record in _history.From(run.From.Main))
            {
                var revision = Revision.Of(record);
                if (revision < run.From)
                {
                    continue;
                }

                if (revision > run.To)
                {
                    break;
                }

                if (!packer.TryAdd(record))
                {
                    yield return Take(packer, run);
                    if (isStopping())
                    {
                        throw new CheckpointException("checkpoint", "writing was given up");
                    }

                    packer.TryAdd(record);
                }
            }

            if (!packer.IsEmpty)
            {
                yield return Take(packer, run);
            }

            _removed.AddRange(run.Ids);
        }
    }

    private (long Id, byte[] Bytes) Take(SegmentPacker packer, Run run)
    {
        var id = run.TakeId() ?? throw new CheckpointException("checkpoint", "segments have no number left between their neighbours");
        var (segment, bytes) = packer.Take(id);
        _after.Add(id, segment);
        return (id, bytes);
    }

    private void Place(PackedSegment before, PackedSegment now)
    {
        var repack = now.Live > 0 && (now.Live * 2 < now.Count || IsSmall(now));
        if (now.Live > 0 && !repack)
        {
            Close();
            Keep(before, now);
            return;
        }

        if (before.Holes.Length > 0)
        {
            _holes.Add((before.Id, []));
        }

        if (now.Live == 0)
        {
            _removed.Add(before.Id);
            return;
        }

        (_open ??= new Run { From = now.First }).Add(now);
    }

    private static bool IsSmall(PackedSegment segment) =>
        segment.Live < CheckpointFileLimits.CheckpointSmallSegmentRecords && segment.LiveBytes < CheckpointFileLimits.CheckpointSmallSegmentBytes;

    private void Keep(PackedSegment before, PackedSegment now)
    {
        _after.Add(now.Id, now);
        if (!before.Holes.AsSpan().SequenceEqual(now.Holes))
        {
            _holes.Add((now.Id, now.Holes));
        }
    }

    // A small segment without neighbours to join is as good as it gets.
    private void Close()
    {
        if (_open is { } run)
        {
            _open = null;
            if (run.Only is { } alone && alone.Live == alone.Count)
            {
                _after.Add(alone.Id, alone);
                return;
            }

            RecordsToWrite += run.Live;
            _runs.Add(run);
        }
    }

    private void AddNew(IReadOnlyList<PackedSegment> before, Revision last, long records)
    {
        if (records == 0)
        {
            Close();
            return;
        }

        var run = _open ?? new Run { From = new Revision(last.Main, last.Sub + 1) };
        _open = null;
        run.To = new Revision(long.MaxValue, int.MaxValue);
        run.Next = before.Count > 0 ? before[^1].Id + 1 : 1;
        RecordsToWrite += run.Live + records;
        _runs.Add(run);
    }

    /// <summary>Adjacent segments that are packed anew together, under their own numbers and, behind the last one, new numbers.</summary>
    private sealed class Run
    {
        private readonly Queue<long> _ids = [];

        public required Revision From { get; init; }

        public Revision To { get; set; } = new(long.MaxValue, int.MaxValue);

        /// <summary>The first new number; 0 when there are none.</summary>
        public long Next { get; set; }

        /// <summary>Numbers not used yet.</summary>
        public IEnumerable<long> Ids => _ids;

        public long Live { get; private set; }

        /// <summary>The run's segment when it has just one.</summary>
        public PackedSegment? Only { get; private set; }

        public void Add(PackedSegment segment)
        {
            Only = _ids.Count == 0 ? segment : null;
            _ids.Enqueue(segment.Id);
            To = segment.Last;
            Live += segment.Live;
        }

        public long? TakeId() => _ids.TryDequeue(out var id) ? id : Next > 0 ? Next++ : null;
    }
}
