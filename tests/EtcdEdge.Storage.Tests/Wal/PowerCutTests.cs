using EtcdEdge.Raft.Model;
using EtcdEdge.Testing;

namespace EtcdEdge.Storage.Tests.Wal;

// Goal: whatever was flushed is there after the power went at any change on the disk, in order; what was not is there whole or not at all.
// Method: random work on a simulated disk with small segments, a cut at a random change, recovery (cut again now and then), thousands of
// times; the list twin knows what was acknowledged and what was in flight.
public sealed class PowerCutTests
{
    private const int Seeds = 200;
    private const int SeedsOfLongRun = 2_000;
    private const int CutsPerSeed = 5;

    [Fact]
    public void Nothing_acknowledged_is_lost_by_a_power_cut() => CutOften(Seeds);

    [Fact(Explicit = true)]
    public void Nothing_acknowledged_is_lost_by_very_many_power_cuts() => CutOften(SeedsOfLongRun);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Each_change_of_one_short_life_survives_a_cut_at_it(bool cutPower)
    {
        for (var change = 0; change < 160; change++)
        {
            new Run(42) { FixedCut = change, OnlyKills = !cutPower }.Go(1);
        }
    }

    private static void CutOften(int seeds)
    {
        for (var seed = 0; seed < seeds; seed++)
        {
            new Run(seed).Go(CutsPerSeed);
        }
    }

    private sealed class Run(int seed)
    {
        private readonly Random _random = new(seed);
        private readonly LogBench _bench = new(seed);
        private LogTwin _acknowledged = new();
        private LogTwin? _inFlight;
        private ulong _released;
        private ulong _commit;

        public int? FixedCut { get; init; }

        public bool OnlyKills { get; init; }

        public void Go(int cuts)
        {
            _bench.Options = _bench.Options with { SegmentSize = 32 * 1024, SparesMax = 3 };
            for (var cut = 0; cut < cuts; cut++)
            {
                _bench.Disk.ChangesUntilPowerCut = FixedCut ?? _random.Next(200);
                try
                {
                    Recover();
                    Work();
                }
                catch (PowerCutException)
                {
                    Stop();
                }
            }

            _bench.Disk.ChangesUntilPowerCut = -1;
            Recover();
        }

        private void Stop()
        {
            if (OnlyKills || _random.Next(4) == 0)
            {
                _bench.Kill();
            }
            else
            {
                _bench.CutPower();
            }
        }

        // The log may not exist yet when power went during its first start, so creating stays allowed.
        private void Recover()
        {
            _bench.Options = _bench.Options with { Create = _acknowledged.LastIndex == 0 && _acknowledged.HardState == default };
            var found = _bench.Open();
            Assert.True(_bench.Opening!.Damage is null, $"seed {seed}: {_bench.Opening.Damage}");
            Check(found);
            _acknowledged = found;
            _inFlight = null;
        }

        private void Check(LogTwin found)
        {
            var isAcknowledged = Same(found, _acknowledged);
            var isInFlight = _inFlight is not null && Same(found, _inFlight);
            Assert.True(isAcknowledged || isInFlight, $"seed {seed}: {Describe(found)}, not {Describe(_acknowledged)}");
            var kept = isAcknowledged ? _acknowledged : _inFlight!;
            Assert.True(kept.LastIndex < _released || found.FirstIndex <= Math.Max(_released, kept.FirstIndex), $"seed {seed}: released too much");
        }

        private static bool Same(LogTwin found, LogTwin expected) =>
            found.HardState == expected.HardState && found.Lines().SequenceEqual(expected.Lines(found.FirstIndex));

        private static string Describe(LogTwin twin) => $"{twin.FirstIndex}..{twin.LastIndex} {twin.HardState}";

        private void Work()
        {
            for (var step = 0; step < 60; step++)
            {
                switch (_random.Next(10))
                {
                    case 0:
                        _bench.Maintain();
                        break;
                    case 1:
                        _released = Math.Max(_released, (ulong)_random.NextInt64((long)_commit + 1));
                        _bench.Log!.ReleaseBefore(_released);
                        break;
                    default:
                        Commit();
                        break;
                }
            }
        }

        private void Commit()
        {
            _inFlight = _acknowledged.Copy();
            for (var appends = _random.Next(1, 4); appends > 0; appends--)
            {
                Append(_inFlight);
            }

            if (_bench.Log!.HasPending)
            {
                _bench.Flush();
                _acknowledged = _inFlight;
            }

            _inFlight = null;
        }

        private void Append(LogTwin twin)
        {
            var entries = new List<Entry>();
            var overwrite = _random.Next(5) == 0 && twin.LastIndex > _commit;
            var next = overwrite ? (ulong)_random.NextInt64((long)_commit + 1, (long)twin.LastIndex + 1) : twin.LastIndex + 1;
            var term = twin.HardState.Term + (overwrite || _random.Next(20) == 0 ? 1UL : 0UL);
            for (var count = _random.Next(4); count > 0; count--)
            {
                var entry = LogBench.Entry(next++, _random.Next(8) == 0 ? _random.Next(50_000) : _random.Next(2000), term);
                entries.Add(entry);
                twin.Append(entry);
            }

            _commit = Math.Max(_commit, (ulong)_random.NextInt64((long)Math.Min(twin.LastIndex, _acknowledged.LastIndex) + 1));
            twin.Set(new HardState(term, (ulong)_random.Next(3), Math.Min(_commit, twin.LastIndex)));
            _bench.Log!.Append(twin.HardState, entries.ToArray());
        }
    }
}
