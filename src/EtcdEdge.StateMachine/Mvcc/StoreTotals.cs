namespace EtcdEdge.StateMachine.Mvcc;

/// <summary>
/// Operations on the store since start, counted as in etcd (server/storage/mvcc/metrics_txn.go): operations, not keys, and a transaction only when
/// more than one operation ran in it. The node loop writes its part; readers add theirs with an interlocked addition. Any thread may read.
/// </summary>
public sealed class StoreTotals
{
    private long _ranges;
    private long _txns;
    private int _openRanges;
    private int _openPuts;
    private int _openDeletes;

    /// <summary>Ranges read, a transaction's compares among them.</summary>
    public long Ranges => Interlocked.Read(ref _ranges);

    public long Puts { get; private set; }

    /// <summary>Bytes of the keys and values that were put.</summary>
    public long PutBytes { get; private set; }

    /// <summary>Deletes, each of one range, whether or not it held a key.</summary>
    public long Deletes { get; private set; }

    /// <summary>Transactions of at least two operations.</summary>
    public long Txns => Interlocked.Read(ref _txns);

    /// <summary>Records that compactions have removed.</summary>
    public long CompactedRecords { get; private set; }

    /// <summary>Starts at zero: what was counted while the log was replayed had been counted when it happened.</summary>
    public void Clear()
    {
        (_ranges, _txns, Puts, PutBytes, Deletes, CompactedRecords) = (0, 0, 0, 0, 0, 0);
    }

    /// <summary>Any thread: one read transaction of so many ranges.</summary>
    internal void Read(int ranges)
    {
        Interlocked.Add(ref _ranges, ranges);
        if (ranges > 1)
        {
            Interlocked.Increment(ref _txns);
        }
    }

    /// <summary>The writer's transaction reads a range.</summary>
    internal void Range(int count = 1) => _openRanges += count;

    internal void Put(long bytes)
    {
        _openPuts++;
        PutBytes += bytes;
    }

    internal void Delete() => _openDeletes++;

    internal void Compacted(int records) => CompactedRecords += records;

    /// <summary>The writer's transaction is over.</summary>
    internal void Close()
    {
        if (_openRanges > 0)
        {
            Interlocked.Add(ref _ranges, _openRanges);
        }

        if (_openRanges + _openPuts + _openDeletes > 1)
        {
            Interlocked.Increment(ref _txns);
        }

        Puts += _openPuts;
        Deletes += _openDeletes;
        _openRanges = _openPuts = _openDeletes = 0;
    }
}
