using EtcdEdge.Api;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Requests;
using Record = EtcdEdge.StateMachine.Model.Record;

namespace EtcdEdge.StateMachine.Tests.Mvcc;

/// <summary>
/// The store as simply as it can be said: a list of every record ever written, searched from its beginning. Compaction removes nothing; it
/// only forbids. Leases are not checked.
/// </summary>
internal sealed class StoreTwin
{
    private readonly List<Record> _log = [];
    private int _sub;

    public long Revision { get; private set; } = 1;

    public long CompactRevision { get; private set; } = -1;

    private long ReadRevision => Revision + (_sub > 0 ? 1 : 0);

    public void Begin() => _sub = 0;

    public void End()
    {
        Revision = ReadRevision;
        _sub = 0;
    }

    public Record? Put(byte[] key, byte[] value, long lease)
    {
        var previous = Get(key, ReadRevision);
        Add(new Record
        {
            Key = key,
            Value = value,
            ModRevision = Revision + 1,
            SubRevision = _sub,
            CreateRevision = previous?.CreateRevision ?? Revision + 1,
            Version = (previous?.Version ?? 0) + 1,
            Lease = lease,
        });
        return previous;
    }

    public List<Record> DeleteRange(byte[] key, byte[] end)
    {
        var doomed = Live(key, end, ReadRevision);
        foreach (var record in doomed)
        {
            Add(new Record { Key = record.Key, ModRevision = Revision + 1, SubRevision = _sub });
        }

        return doomed;
    }

    public EtcdError Compact(long revision)
    {
        if (revision <= CompactRevision)
        {
            return EtcdError.Compacted;
        }

        if (revision > Revision)
        {
            return EtcdError.FutureRevision;
        }

        CompactRevision = revision;
        return EtcdError.None;
    }

    public (EtcdError Error, RangeResult? Result) Range(RangeRequest request)
    {
        var at = request.Revision <= 0 ? ReadRevision : request.Revision;
        if (at > ReadRevision || at < CompactRevision)
        {
            return (at > ReadRevision ? EtcdError.FutureRevision : EtcdError.Compacted, null);
        }

        var all = Live(request.Key.ToByteArray(), request.RangeEnd.ToByteArray(), at);
        var chosen = all.Where(record => Passes(request, record)).ToList();
        var limited = request.Limit > 0 && !request.CountOnly;
        var ordered = request.SortOrder != RangeRequest.Types.SortOrder.None
            || (request.MinModRevision | request.MaxModRevision | request.MinCreateRevision | request.MaxCreateRevision) != 0;
        if (limited && !ordered)
        {
            chosen = [.. chosen.Take((int)Math.Min(int.MaxValue - 1, request.Limit) + 1)];
        }

        chosen = Sorted(request, chosen);
        var more = limited && chosen.Count > request.Limit;
        return (EtcdError.None, new RangeResult
        {
            Records = request.CountOnly ? default : more ? chosen.Take((int)request.Limit).ToArray() : chosen.ToArray(),
            Count = all.Count,
            More = more,
            KeysOnly = request.KeysOnly,
        });
    }

    public Record? Get(byte[] key, long revision) =>
        _log.LastOrDefault(record => record.ModRevision <= revision && record.Key.Span.SequenceEqual(key)) is { IsTombstone: false } found
            ? found
            : null;

    /// <summary>All records a finished compaction leaves, in revision order.</summary>
    public IEnumerable<Record> Survivors() => _log.Where(record =>
        record.ModRevision > CompactRevision
        || (_log.Last(other => other.ModRevision <= CompactRevision && other.Key.Span.SequenceEqual(record.Key.Span)) == record
            && (!record.IsTombstone || record.ModRevision == CompactRevision)));

    private void Add(Record record)
    {
        _log.Add(record);
        _sub++;
    }

    private List<Record> Live(byte[] key, byte[] end, long revision)
    {
        var keys = _log.Select(record => record.Key.ToArray()).Where(candidate => InRange(candidate, key, end));
        return [.. keys.DistinctBy(Convert.ToHexString).OrderBy(Convert.ToHexString, StringComparer.Ordinal)
            .Select(candidate => Get(candidate, revision)).OfType<Record>()];
    }

    private static bool InRange(byte[] candidate, byte[] key, byte[] end)
    {
        if (end.Length == 0)
        {
            return candidate.AsSpan().SequenceEqual(key);
        }

        return candidate.AsSpan().SequenceCompareTo(key) >= 0 && (end is [0] || candidate.AsSpan().SequenceCompareTo(end) < 0);
    }

    private static bool Passes(RangeRequest request, Record record) =>
        (request.MinModRevision == 0 || record.ModRevision >= request.MinModRevision)
        && (request.MaxModRevision == 0 || record.ModRevision <= request.MaxModRevision)
        && (request.MinCreateRevision == 0 || record.CreateRevision >= request.MinCreateRevision)
        && (request.MaxCreateRevision == 0 || record.CreateRevision <= request.MaxCreateRevision);

    private static List<Record> Sorted(RangeRequest request, List<Record> records)
    {
        Func<Record, string> by = request.SortTarget switch
        {
            RangeRequest.Types.SortTarget.Version => record => $"{record.Version:D20}",
            RangeRequest.Types.SortTarget.Create => record => $"{record.CreateRevision:D20}",
            RangeRequest.Types.SortTarget.Mod => record => $"{record.ModRevision:D20}",
            RangeRequest.Types.SortTarget.Value => record => Convert.ToHexString(record.Value.Span),
            _ => record => Convert.ToHexString(record.Key.Span),
        };
        return request.SortOrder == RangeRequest.Types.SortOrder.Descend
            ? [.. records.OrderByDescending(by, StringComparer.Ordinal)]
            : [.. records.OrderBy(by, StringComparer.Ordinal)];
    }
}
