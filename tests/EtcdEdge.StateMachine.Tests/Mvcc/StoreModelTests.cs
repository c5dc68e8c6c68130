using CsCheck;
using EtcdEdge.Api;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Mvcc;
using EtcdEdge.StateMachine.Requests;
using EtcdEdge.StateMachine.Tests.Wire;
using Google.Protobuf;
using Xunit;
using Record = EtcdEdge.StateMachine.Model.Record;

namespace EtcdEdge.StateMachine.Tests.Mvcc;

/// <summary>
/// The store against its naive twin: random puts, deletes, several in one revision, compactions removed in random slices. After each step
/// random ranges with every option answer the same bytes, from the newest root and from old ones.
/// </summary>
public sealed class StoreModelTests
{
    private static readonly Gen<Step> s_steps = Gen.Frequency(
        (6, Gen.Select(ApiGen.Key, ApiGen.Value, Gen.Bool, (key, value, more) => new Step(new PutRequest { Key = key, Value = value }, more))),
        (3, Gen.Select(ApiGen.Key, ApiGen.RangeEnd, Gen.Bool, (key, end, more) =>
            new Step(new DeleteRangeRequest { Key = key, RangeEnd = end }, more))),
        (1, Gen.Int[0, 12].Select(back => new Step(new CompactionRequest { Revision = back }, false))));

    [Fact]
    public void Every_range_answers_as_the_twin_does() =>
        Gen.Select(s_steps.Array[1, 40], ApiGen.Range.Array[8], Gen.Int[1, 6]).Sample((steps, ranges, slice) =>
        {
            var store = new MvccStore();
            var twin = new StoreTwin();
            foreach (var step in Operations(steps))
            {
                Run(step, store, twin);
                store.CompactStep(slice);
                var root = store.Publish();
                Assert.All(ranges, range => CheckRange(root, twin, range));
            }
        }, iter: 300);

    [Fact]
    public void A_finished_compaction_leaves_what_etcd_leaves() =>
        Gen.Select(s_steps.Array[1, 60], Gen.Int[1, 6]).Sample((steps, slice) =>
        {
            var store = new MvccStore();
            var twin = new StoreTwin();
            foreach (var step in Operations(steps))
            {
                Run(step, store, twin);
                store.CompactStep(slice);
            }

            while (store.CompactStep(slice))
            {
            }

            var root = store.Publish();
            Assert.Equal(twin.Survivors().Select(Show), Contents(root));
            Assert.Equal(root.RecordCount, Contents(root).Count);
            Assert.Equal(twin.Survivors().Sum(record => record.Key.Length + record.Value.Length + MvccLimits.RecordOverheadBytes), root.SizeBytes);
        }, iter: 300);

    [Fact]
    public void A_store_loaded_from_anothers_records_is_that_store() =>
        Gen.Select(s_steps.Array[1, 60], ApiGen.Range.Array[8], Gen.Int[1, 6]).Sample((steps, ranges, slice) =>
        {
            var store = new MvccStore();
            var twin = new StoreTwin();
            foreach (var step in Operations(steps))
            {
                Run(step, store, twin);
            }

            store.CompactStep(slice);
            var root = store.Publish();
            var copy = new MvccStore();
            copy.Load(Records(root), root.Revision, root.CompactRevision);
            var copied = copy.Publish();
            Assert.Equal(Contents(root), Contents(copied));
            Assert.Equal((root.SizeBytes, root.KeyCount, root.RecordCount), (copied.SizeBytes, copied.KeyCount, copied.RecordCount));
            root.HashKv(0, out var hash);
            copied.HashKv(0, out var copiedHash);
            Assert.Equal(hash, copiedHash);
            Assert.All(ranges, range => Assert.Equal(Answer(root, range), Answer(copied, range)));
        }, iter: 200);

    [Fact]
    public void A_store_loaded_in_the_midst_of_a_compaction_finishes_it() =>
        Gen.Select(s_steps.Array[1, 60], Gen.Int[1, 6]).Sample((steps, slice) =>
        {
            var store = new MvccStore();
            var twin = new StoreTwin();
            foreach (var step in Operations(steps))
            {
                Run(step, store, twin);
            }

            store.CompactStep(slice);
            var root = store.Publish();
            var copy = new MvccStore();
            copy.Load(Records(root), root.Revision, root.CompactRevision);
            while (copy.CompactStep(slice))
            {
            }

            while (store.CompactStep(slice))
            {
            }

            Assert.Equal(Contents(store.Publish()), Contents(copy.Publish()));
        }, iter: 300);

    [Fact]
    public void The_hash_does_not_depend_on_how_far_a_compaction_has_come() =>
        Gen.Select(s_steps.Array[10, 60], Gen.Int[1, 4]).Sample((steps, slice) =>
        {
            var store = new MvccStore();
            var twin = new StoreTwin();
            foreach (var step in Operations(steps))
            {
                Run(step, store, twin);
            }

            store.Compact(store.Revision / 2);
            store.Publish().HashKv(0, out var before);
            while (store.CompactStep(slice))
            {
                store.Publish().HashKv(0, out var during);
                Assert.Equal(before, during);
            }

            store.Publish().HashKv(0, out var after);
            Assert.Equal(before, after);
        }, iter: 300);

    // Steps joined by More share a revision.
    private static IEnumerable<Step[]> Operations(Step[] steps)
    {
        var operation = new List<Step>();
        foreach (var step in steps)
        {
            if (step.Request is CompactionRequest && operation.Count > 0)
            {
                yield return [.. operation];
                operation.Clear();
            }

            operation.Add(step);
            if (!step.More)
            {
                yield return [.. operation];
                operation.Clear();
            }
        }
    }

    private static void Run(Step[] operation, MvccStore store, StoreTwin twin)
    {
        if (operation[0].Request is CompactionRequest compaction)
        {
            var revision = store.Revision - compaction.Revision;
            Assert.Equal(twin.Compact(revision), store.Compact(revision));
            return;
        }

        store.Begin();
        twin.Begin();
        foreach (var step in operation)
        {
            RunWrite(step.Request, store, twin);
        }

        store.End();
        twin.End();
    }

    private static void RunWrite(IMessage request, MvccStore store, StoreTwin twin)
    {
        if (request is PutRequest put)
        {
            store.Put(put.Key.ToByteArray(), put.Value.ToByteArray(), 0);
            twin.Put(put.Key.ToByteArray(), put.Value.ToByteArray(), 0);
            return;
        }

        var delete = (DeleteRangeRequest)request;
        store.DeleteRange(new KeyRange(delete.Key.ToByteArray(), delete.RangeEnd.ToByteArray()));
        twin.DeleteRange(delete.Key.ToByteArray(), delete.RangeEnd.ToByteArray());
    }

    private static void CheckRange(MvccRoot root, StoreTwin twin, RangeRequest request)
    {
        var (error, result) = twin.Range(request);
        Assert.Equal(error == EtcdError.None ? Convert.ToHexString(Machine.BytesOf(result!, root.Revision)) : error.ToString(),
            Answer(root, request));
    }

    private static string Answer(MvccRoot root, RangeRequest request)
    {
        var error = root.Range(RangeOp.Parse(request.ToByteArray()), out var result);
        return error == EtcdError.None ? Convert.ToHexString(Machine.BytesOf(result!, root.Revision)) : error.ToString();
    }

    private static List<Record> Records(MvccRoot root)
    {
        var records = new List<Record>();
        foreach (var record in root.History.From(0))
        {
            records.Add(record);
        }

        return records;
    }

    private static List<string> Contents(MvccRoot root) => [.. Records(root).Select(Show)];

    private static string Show(Record record) =>
        $"{record.ModRevision}.{record.SubRevision} {Convert.ToHexString(record.Key.Span)}={Convert.ToHexString(record.Value.Span)} "
        + $"created {record.CreateRevision} version {record.Version}";

    private sealed record Step(IMessage Request, bool More);
}
