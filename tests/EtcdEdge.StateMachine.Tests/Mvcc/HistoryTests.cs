using CsCheck;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Mvcc;
using Xunit;
using Record = EtcdEdge.StateMachine.Model.Record;

namespace EtcdEdge.StateMachine.Tests.Mvcc;

/// <summary>The history against a plain list: appending, removing anywhere, starting anywhere; and views that stay as they were.</summary>
public sealed class HistoryTests
{
    [Fact]
    public void Removing_and_appending_in_any_order_leaves_what_a_list_would_hold() =>
        Gen.Select(Gen.Int[1, 900], Gen.Int[0, 100]).Array[1, 12].Sample(rounds =>
        {
            var log = new HistoryLog();
            var twin = new List<Record>();
            var views = new List<(History View, long[] Contents)>();
            long revision = 1;
            foreach (var (appended, removedPercent) in rounds)
            {
                for (var i = 0; i < appended; i++)
                {
                    var record = new Record { Key = "k"u8.ToArray(), ModRevision = i % 3 == 1 ? revision : ++revision, SubRevision = i % 3 };
                    log.Append(record);
                    twin.Add(record);
                }

                views.Add((log.View(), Revisions(log.View(), 0)));
                var garbage = twin.Where((record, at) => at * 37 % 100 < removedPercent).ToArray();
                log.Remove(garbage);
                twin.RemoveAll(garbage.Contains);
                Assert.Equal(twin.Count, log.Count);
                Assert.Equal(twin.Select(record => record.ModRevision), Revisions(log.View(), 0));
            }

            Assert.All(views, view => Assert.Equal(view.Contents, Revisions(view.View, 0)));
        }, iter: 60);

    [Fact]
    public void A_walk_starts_at_its_revision_or_the_next_that_is_left()
    {
        var log = new HistoryLog();
        for (long revision = 2; revision < 3000; revision += 2)
        {
            log.Append(new Record { Key = "k"u8.ToArray(), ModRevision = revision });
        }

        var view = log.View();
        for (long from = 0; from < 3010; from += 7)
        {
            Assert.Equal(Enumerable.Range(1, 1499).Select(i => 2L * i).Where(revision => revision >= from), Revisions(view, from));
        }
    }

    [Fact]
    public void Chunks_that_compactions_thin_out_join()
    {
        var log = new HistoryLog();
        var all = Enumerable.Range(2, 100_000).Select(i => new Record { Key = "k"u8.ToArray(), ModRevision = i }).ToArray();
        foreach (var record in all)
        {
            log.Append(record);
        }

        foreach (var part in all.Where((_, i) => i % 100 != 0).Chunk(1000))
        {
            log.Remove(part);
        }

        Assert.Equal(1000, log.Count);
        Assert.InRange(log.View().ChunkCount, 2, 6);
    }

    private static long[] Revisions(History view, long from)
    {
        var revisions = new List<long>();
        foreach (var record in view.From(from))
        {
            revisions.Add(record.ModRevision);
        }

        return [.. revisions];
    }
}
