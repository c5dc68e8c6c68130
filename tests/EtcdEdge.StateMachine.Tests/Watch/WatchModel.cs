using System.Text;
using CsCheck;
using EtcdEdge.StateMachine.Watch;

namespace EtcdEdge.StateMachine.Tests.Watch;

/// <summary>
/// Random writes, compactions, watches with random options and clients that read at random moments, against a list of everything that ever
/// happened. Checks etcd's guarantees on what each client sees: ordered, unique, atomic, reliable, resumable, bookmarkable.
/// </summary>
public sealed class WatchModel
{
    private static readonly string[] _keys = ["a", "aa", "b", "c", "d"];
    private static readonly Gen<(int, int, int)[]> _steps = Gen.Select(Gen.Int[0, 99], Gen.Int[0, 1023], Gen.Int[0, 1023]).Array[1, 150];

    [Fact]
    public void Every_watcher_sees_exactly_its_events_in_order() => _steps.Sample(steps => new Run().Play(steps), iter: 3000);

    private sealed record Happening(long Revision, string Key, string? Value, string? Previous);

    private sealed class Run
    {
        private readonly WatchWorld _world = new();
        private readonly List<Happening> _history = [];
        private readonly Dictionary<string, string> _live = [];
        private readonly List<Client> _clients = [];

        public void Play((int What, int X, int Y)[] steps)
        {
            foreach (var (what, x, y) in steps)
            {
                Step(what, x, y);
            }

            for (var rounds = 0; ReadAll() || _world.Hub.SlowCount > 0; rounds++)
            {
                Assert.True(rounds < 10_000, "everybody catches up in the end");
            }

            foreach (var client in _clients)
            {
                client.Finish();
            }
        }

        /// <summary>One pass of the hub, then everybody reads; true when somebody got something.</summary>
        private bool ReadAll()
        {
            _world.Settle(1);
            var hasRead = false;
            foreach (var client in _clients)
            {
                hasRead |= client.ReadAll();
            }

            return hasRead;
        }

        private void Step(int what, int x, int y)
        {
            switch (what)
            {
                case < 40: Write(x, y); break;
                case < 50: _world.Settle(1 + (x % 3)); break;
                case < 60: _clients.ElementAtOrDefault(x % 4)?.ReadAll(); break;
                case < 66: _clients.Add(new Client(this, _world, room: 1 + (x % 5))); break;
                case < 82: _clients.ElementAtOrDefault(x % 4)?.Create(y, x); break;
                case < 88: _clients.ElementAtOrDefault(x % 4)?.Cancel(y % 4); break;
                case < 94: _clients.ElementAtOrDefault(x % 4)?.RequestProgress(); break;
                default: _world.Compact(_world.Root.Revision - (x % 6)); break;
            }
        }

        /// <summary>One to three different keys in one revision.</summary>
        private void Write(int x, int y)
        {
            var writes = new List<(byte[], byte[]?)>();
            var revision = _world.Root.Revision + 1;
            for (var i = 0; i <= x % 3; i++)
            {
                var key = _keys[(x + i) % _keys.Length];
                var isDelete = ((y >> i) & 1) == 1;
                if (isDelete && !_live.ContainsKey(key))
                {
                    continue;
                }

                var value = isDelete ? null : $"{revision}.{i}";
                _history.Add(new Happening(revision, key, value, _live.GetValueOrDefault(key)));
                writes.Add((Encoding.UTF8.GetBytes(key), value is null ? null : Encoding.UTF8.GetBytes(value)));
                if (value is null)
                {
                    _live.Remove(key);
                }
                else
                {
                    _live[key] = value;
                }
            }

            _world.Write([.. writes]);
        }

        public IEnumerable<Happening> Since(long revision) => _history.Where(happening => happening.Revision >= revision);
    }

    private sealed class Client(Run run, WatchWorld world, int room)
    {
        private readonly RecordingSink _sink = new(room);
        private readonly Dictionary<long, Expectation> _watches = [];
        private readonly Queue<Expectation> _created = new();
        private WatchStream? _stream;

        private WatchStream Stream => _stream ??= world.Hub.Open(_sink, 1000, 0);

        public void Create(int y, int x)
        {
            var spec = new WatchSpec
            {
                Key = Encoding.UTF8.GetBytes(_keys[y % _keys.Length]),
                RangeEnd = ((y >> 3) & 3) switch { 0 => new byte[] { 0 }, 1 => "c"u8.ToArray(), _ => default },
                StartRevision = (x >> 2) % 4 == 0 ? 0 : Math.Max(0, world.Root.Revision + 2 - ((x >> 4) % 12)),
                NoPut = ((y >> 5) & 3) == 0,
                NoDelete = ((y >> 7) & 3) == 0,
                PrevKv = (x & 1) == 0,
            };
            world.Hub.Advance(world.Root);
            _created.Enqueue(new Expectation(run, spec, spec.StartRevision == 0 ? world.Root.Revision + 1 : spec.StartRevision));
            world.Hub.Create(Stream, spec);
        }

        public void Cancel(int id) => world.Hub.Cancel(Stream, id);

        public void RequestProgress() => world.Hub.RequestProgress(Stream);

        /// <summary>Reads what is queued and checks it; true when there was something.</summary>
        public bool ReadAll()
        {
            var hasRefused = _sink.HasRefused;
            var read = _sink.Read();
            foreach (var delivery in read)
            {
                Check(delivery);
            }

            if (hasRefused)
            {
                world.Hub.Drained(Stream);
            }

            return read.Count > 0 || hasRefused;
        }

        public void Finish()
        {
            foreach (var (_, watch) in _watches)
            {
                watch.MustHaveSeen(world.Root.Revision);
            }
        }

        private void Check(in WatchDelivery delivery)
        {
            switch (delivery.Kind)
            {
                case WatchDeliveryKind.Created:
                    _watches.Add(delivery.WatchId, _created.Dequeue());
                    break;
                case WatchDeliveryKind.Refused:
                    _created.Dequeue().MustBeRefused(delivery.Refusal);
                    break;
                case WatchDeliveryKind.Canceled:
                    Assert.True(_watches.Remove(delivery.WatchId));
                    break;
                case WatchDeliveryKind.Compacted:
                    _watches[delivery.WatchId].MustBeOvertaken(delivery.CompactRevision);
                    _watches.Remove(delivery.WatchId);
                    break;
                case WatchDeliveryKind.Events:
                    _watches[delivery.WatchId].See(delivery);
                    break;
                default:
                    CheckProgress(delivery);
                    break;
            }
        }

        /// <summary>Bookmarkable: whoever notes this revision has missed nothing up to it.</summary>
        private void CheckProgress(in WatchDelivery progress)
        {
            Assert.Equal(WatchDelivery.AllWatches, progress.WatchId);
            foreach (var (_, watch) in _watches)
            {
                watch.MustHaveSeen(progress.Revision);
            }
        }
    }

    /// <summary>What one watch must show: its place in the list of everything.</summary>
    private sealed class Expectation(Run run, WatchSpec spec, long start)
    {
        private long _next = start;

        public void MustBeRefused(WatchRefusal refusal)
        {
            Assert.Equal(WatchRefusal.EmptyRange, refusal);
            Assert.True(!spec.RangeEnd.IsEmpty && spec.Key.Span.SequenceCompareTo(spec.RangeEnd.Span) >= 0);
        }

        public void MustBeOvertaken(long compactRevision) => Assert.True(_next < compactRevision);

        public void MustHaveSeen(long revision)
        {
            Assert.DoesNotContain(run.Since(_next), happening => happening.Revision <= revision && Matches(happening));
            _next = Math.Max(_next, revision + 1);
        }

        /// <summary>Exactly the next of its events, up to the end of the last one's revision.</summary>
        public void See(in WatchDelivery delivery)
        {
            var events = delivery.Batch!.Events;
            var last = events[^1].Record.ModRevision;
            var expected = run.Since(_next).Where(happening => happening.Revision <= last && Matches(happening)).ToList();
            Assert.Equal(expected.Count, events.Count);
            for (var i = 0; i < events.Count; i++)
            {
                Same(expected[i], events[i], delivery.PrevKv);
            }

            Assert.True(delivery.Revision >= last);
            _next = last + 1;
        }

        private static void Same(Happening expected, WatchEvent actual, bool prevKv)
        {
            var record = actual.Record;
            Assert.Equal((expected.Revision, expected.Key), (record.ModRevision, Encoding.UTF8.GetString(record.Key.Span)));
            Assert.Equal(expected.Value, record.IsTombstone ? null : Encoding.UTF8.GetString(record.Value.Span));
            if (prevKv && actual.Previous is { } previous)
            {
                Assert.Equal(expected.Previous, Encoding.UTF8.GetString(previous.Value.Span));
            }
        }

        private bool Matches(Happening happening)
        {
            var key = Encoding.UTF8.GetBytes(happening.Key).AsSpan();
            var end = spec.RangeEnd.Span;
            var isIn = end.IsEmpty ? key.SequenceEqual(spec.Key.Span)
                : key.SequenceCompareTo(spec.Key.Span) >= 0 && (end.SequenceEqual([(byte)0]) || key.SequenceCompareTo(end) < 0);
            return isIn && !(happening.Value is null ? spec.NoDelete : spec.NoPut);
        }
    }
}
