using EtcdEdge.Simulation.Checkers;
using EtcdEdge.Simulation.Members;
using EtcdEdge.Simulation.World;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Watch;

namespace EtcdEdge.Simulation.Workload;

/// <summary>
/// A watcher that lives longer than the members: when its stream breaks, or just so, it goes on at another member with the revision after the last
/// one it saw. What it is sent is compared with what was published (etcd's six watch guarantees: ordered, unique, atomic, reliable, resumable,
/// bookmarkable).
/// </summary>
internal sealed class WatchClient
{
    private readonly Cluster _cluster;
    private readonly WatchSpec _spec;
    private readonly KeyRange _range;
    private Watching? _at;
    private WatchSink? _sink;
    private int _stream;
    private long _next;

    public WatchClient(Cluster cluster)
    {
        _cluster = cluster;
        var first = cluster.Random.Next(cluster.KeyCount);
        var end = cluster.Random.Next(3) switch { 0 => [], 1 => KeySpace.Key(99), _ => new byte[] { 0 } };
        _spec = new WatchSpec
        {
            Key = KeySpace.Key(first),
            RangeEnd = end,
            PrevKv = cluster.Random.Next(2) == 0,
            NoPut = cluster.Random.Next(8) == 0,
            NoDelete = cluster.Random.Next(8) == 0,
            ProgressNotify = cluster.Random.Next(2) == 0,
        };
        _range = new KeyRange(_spec.Key, _spec.RangeEnd);
    }

    /// <summary>Events received.</summary>
    public int Events { get; private set; }

    /// <summary>Whom it watches, or did before it lost the connection.</summary>
    public Member? Server { get; private set; }

    public void Begin()
    {
        Open();
        Fidget();
    }

    /// <summary>At the end, long after the last write: nothing may be missing.</summary>
    public void CheckComplete()
    {
        if (_next > 0 && FirstMissing(_next, _cluster.Checks.Ledger.Newest) is { } missing)
        {
            throw new SimulationFailure($"a watcher never got revision {missing} (reliable); it stands at {_next}");
        }
    }

    private void Open()
    {
        if (_cluster.AnyLife() is not { } life)
        {
            _cluster.Time.After(300 * VirtualTime.Ms, Open);
            return;
        }

        var stream = ++_stream;
        _at = life.Watch;
        Server = life.Member;
        _sink = _at.Open(delivery => Receive(stream, delivery), Lost);
        var resumesAt = _next > 0 && _cluster.Options.Bug == Bug.ResumeTooLate ? _next + 1 : _next;
        var spec = _spec with { StartRevision = resumesAt };
        var sink = _sink;
        _at.Do(hub => hub.Create(sink.Stream!, spec));
        _cluster.Trace.Note("watch", life.Member.Number, resumesAt);
    }

    private void Lost()
    {
        _at = null;
        _stream++;
        _cluster.Time.After(_cluster.Random.NextInt64(1, 1000) * VirtualTime.Ms, Open);
    }

    // Now and then it asks for progress, or leaves for another member without a reason.
    private void Fidget() => _cluster.Time.After(_cluster.Random.NextInt64(100, 4000) * VirtualTime.Ms, () =>
    {
        if (_at is { } at && _sink is { } sink)
        {
            if (_cluster.Random.Next(3) > 0)
            {
                at.Do(hub => hub.RequestProgress(sink.Stream!));
            }
            else if (!_cluster.IsLoadOver)
            {
                at.Close(sink, Lost);
                Lost();
            }
        }

        Fidget();
    });

    private void Receive(int stream, WatchDelivery delivery)
    {
        if (stream != _stream)
        {
            return;
        }

        _cluster.Trace.Note(delivery.Kind.ToString(), -1, delivery.Revision, _next, delivery.Batch?.Events.Count ?? 0);
        switch (delivery.Kind)
        {
            case WatchDeliveryKind.Created:
                _next = _next == 0 ? delivery.Revision + 1 : _next;
                break;
            case WatchDeliveryKind.Events:
                Take(delivery);
                break;
            case WatchDeliveryKind.Progress:
                Bookmark(delivery.Revision);
                break;
            case WatchDeliveryKind.Compacted:
                Resume(delivery.CompactRevision);
                break;
            default:
                throw new SimulationFailure($"a watch was answered with {delivery.Kind} {delivery.Refusal}");
        }
    }

    private void Take(in WatchDelivery delivery)
    {
        var events = delivery.Batch!.Events;
        for (var i = 0; i < events.Count;)
        {
            var end = i;
            while (end < events.Count && events[end].Record.ModRevision == events[i].Record.ModRevision)
            {
                end++;
            }

            TakeRevision(events, i, end);
            i = end;
        }

        if (delivery.Revision < _next - 1)
        {
            throw new SimulationFailure($"a watch response says revision {delivery.Revision} and holds events of {_next - 1}");
        }
    }

    private void TakeRevision(IReadOnlyList<WatchEvent> events, int from, int to)
    {
        var revision = events[from].Record.ModRevision;
        if (revision < _next)
        {
            throw new SimulationFailure($"a watcher got revision {revision} after it had seen {_next - 1} (ordered, unique)");
        }

        if (FirstMissing(_next, revision - 1) is { } missing)
        {
            throw new SimulationFailure($"a watcher got revision {revision} without {missing} (reliable, resumable)");
        }

        var expected = Expected(revision);
        if (expected.Count > 0 && expected.Count != to - from)
        {
            throw new SimulationFailure($"a watcher got {to - from} of {expected.Count} events of revision {revision} at once (atomic)");
        }

        for (var i = 0; i < expected.Count; i++)
        {
            CheckEvent(expected[i], events[from + i]);
        }

        Events += to - from;
        _next = revision + 1;
    }

    private void CheckEvent(Record expected, WatchEvent got)
    {
        if (!RevisionLedger.Same(expected, got.Record))
        {
            throw new SimulationFailure($"a watcher got \"{RevisionLedger.Text(got.Record)}\" for \"{RevisionLedger.Text(expected)}\"");
        }

        var ledger = _cluster.Checks.Ledger;
        if (!_spec.PrevKv || !ledger.IsComplete || got.Previous is not { } previous)
        {
            return;
        }

        var before = ledger.Get(System.Text.Encoding.ASCII.GetString(expected.Key.Span), expected.ModRevision - 1);
        if (before is null || !RevisionLedger.Same(before, previous))
        {
            throw new SimulationFailure($"an event's previous value is \"{RevisionLedger.Text(previous)}\", of {RevisionLedger.Text(expected)}");
        }
    }

    private void Bookmark(long revision)
    {
        if (FirstMissing(_next, revision) is { } missing)
        {
            throw new SimulationFailure($"a watcher was told that it has seen everything up to {revision} without {missing} (bookmarkable)");
        }

        _next = Math.Max(_next, revision + 1);
    }

    private void Resume(long compactRevision)
    {
        if (compactRevision <= _next)
        {
            throw new SimulationFailure($"a watcher at {_next} was ended as compacted at {compactRevision}");
        }

        _next = compactRevision;
        _at?.Close(_sink!, Lost);
        Lost();
    }

    private long? FirstMissing(long from, long to)
    {
        for (var revision = Math.Max(from, 0); revision <= to; revision++)
        {
            if (Expected(revision).Count > 0)
            {
                return revision;
            }
        }

        return null;
    }

    private List<Record> Expected(long revision)
    {
        var expected = new List<Record>();
        foreach (var record in _cluster.Checks.Ledger.At(revision))
        {
            if (_range.Contains(record.Key.Span) && !(record.IsTombstone ? _spec.NoDelete : _spec.NoPut))
            {
                expected.Add(record);
            }
        }

        return expected;
    }
}
