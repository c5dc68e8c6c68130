using EtcdEdge.Api;
using Google.Protobuf;

namespace EtcdEdge.Differential;

/// <summary>
/// Draws the next call from a seed. What it knows of the store comes from the reference server's answers, which the seed determines, so a seed
/// replays.
/// </summary>
internal sealed partial class Generator(int seed, Session reference) : IGenerator
{
    private const int LargeValueBytes = 2_000;
    private readonly Random _random = new(seed);
    private readonly Queue<Step> _planned = [];

    public Step Next()
    {
        if (_planned.TryDequeue(out var planned))
        {
            return planned;
        }

        return _random.Next(100) switch
        {
            < 22 => Put(AnyPut()),
            < 40 => Range(Chance(4) ? AnyNonsenseRange() : AnyRangeRequest()),
            < 47 => DeleteRange(AnyDelete()),
            < 65 => Txn(AnyTxn()),
            < 68 => Compact(),
            < 78 => AnyLeaseStep(),
            < 91 => AnyWatchStep(),
            < 98 => AnyMaintenanceStep(),
            _ => AnyBrokenStep(),
        };
    }

    /// <summary>The calls that end every sequence.</summary>
    public IEnumerable<Step> Closing() =>
        [.. _planned, .. Enumerable.Range(0, Streams).Select(Barrier), RangeOfEverything(), HashKv(0)];

    private static Step Put(PutRequest request) => Step.Unary("KV/Put", request, (s, r, o) => s.Kv.PutAsync(r, o));

    private static Step Range(RangeRequest request) => Step.Unary("KV/Range", request, (s, r, o) => s.Kv.RangeAsync(r, o));

    private static Step DeleteRange(DeleteRangeRequest request) => Step.Unary("KV/DeleteRange", request, (s, r, o) => s.Kv.DeleteRangeAsync(r, o));

    private static Step Txn(TxnRequest request) => Step.Unary("KV/Txn", request, (s, r, o) => s.Kv.TxnAsync(r, o));

    private bool Chance(int percent) => _random.Next(100) < percent;

    private ByteString AnyKey() => Chance(2) ? ByteString.Empty : Keys.Any(_random);

    private ByteString AnyValue() => _random.Next(20) switch
    {
        0 => ByteString.Empty,
        1 => LargeValue(LargeValueBytes),
        var n => ByteString.CopyFromUtf8($"v{n % 6}"),
    };

    private ByteString LargeValue(int bytes)
    {
        var value = new byte[bytes];
        _random.NextBytes(value);
        return UnsafeByteOperations.UnsafeWrap(value);
    }

    /// <summary>A revision near the interesting borders: the last compaction, the newest, and just outside both.</summary>
    private long AnyRevision() => _random.Next(12) switch
    {
        < 5 => _random.NextInt64(Math.Max(1, reference.CompactRevision), reference.Revision + 1),
        5 => reference.CompactRevision,
        6 => reference.CompactRevision + 1,
        7 => Math.Max(0, reference.CompactRevision - 1),
        8 => reference.Revision,
        9 => reference.Revision + 1,
        10 => 1,
        _ => reference.Revision + 1000,
    };
}
