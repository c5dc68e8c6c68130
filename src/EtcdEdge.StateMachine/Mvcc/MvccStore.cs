using EtcdEdge.Base;
using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.StateMachine.Mvcc;

/// <summary>
/// The writer of the store. One thread, the node loop, calls it: <see cref="Begin"/>, puts and deletes, <see cref="End"/> make one revision
/// if anything was written; <see cref="Publish"/> after a batch gives readers the root.
/// </summary>
public sealed partial class MvccStore
{
    private KeyTreeEditor _keys = new();
    private HistoryLog _history = new();
    private long _revision = 1;
    private long _compactRevision = -1;
    private long _sizeBytes;
    private int _changes;
    private bool _writing;

    /// <summary>The newest revision; 1 in an empty store.</summary>
    public long Revision => _revision;

    /// <summary>The revision of the last compaction; −1 before the first.</summary>
    public long CompactRevision => _compactRevision;

    /// <summary>Bytes all records take, overhead included.</summary>
    public long SizeBytes => _sizeBytes;

    /// <summary>Operations on the store since start.</summary>
    public StoreTotals Totals { get; } = new();

    /// <summary>What a request sees now: within an operation, its own writes too, at the revision they will have.</summary>
    internal StoreView View => new(_keys.Tree, _changes > 0 ? _revision + 1 : _revision, _compactRevision);

    /// <summary>The revision the running operation writes.</summary>
    internal long WriteRevision => _revision + 1;

    /// <summary>Starts an operation. Its writes share one revision and are numbered within it.</summary>
    public void Begin()
    {
        Invariant.Require(!_writing, "one operation at a time");
        _writing = true;
        _changes = 0;
    }

    /// <summary>Ends the operation and returns the newest revision: one more than before if anything was written.</summary>
    public long End()
    {
        Invariant.Require(_writing, "an operation ends once");
        _writing = false;
        if (_changes > 0)
        {
            _revision++;
        }

        _changes = 0;
        Totals.Close();
        return _revision;
    }

    /// <summary>Writes a key. The bytes are kept, not copied. Returns what the key held before, null when it did not exist.</summary>
    public Record? Put(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, long lease)
    {
        Invariant.Require(_writing && !key.IsEmpty, "a put is part of an operation and names a key");
        Totals.Put(key.Length + value.Length);
        var previous = _keys.Seek(key.Span) && _keys.Slot.IsLive ? _keys.Slot.Latest : null;
        Write(new Record
        {
            Key = key,
            Value = value,
            ModRevision = WriteRevision,
            SubRevision = _changes,
            CreateRevision = previous?.CreateRevision ?? WriteRevision,
            Version = (previous?.Version ?? 0) + 1,
            Lease = lease,
        });
        return previous;
    }

    /// <summary>Deletes a key. Returns what it held, null when it did not exist and nothing was written.</summary>
    public Record? Delete(ReadOnlyMemory<byte> key)
    {
        Totals.Delete();
        if (View.Get(key.Span) is not { } previous)
        {
            return null;
        }

        Bury(previous);
        return previous;
    }

    /// <summary>Deletes every key of the range, in key order. Returns what they held.</summary>
    public Record[] DeleteRange(in KeyRange range)
    {
        Totals.Delete();
        var doomed = View.Collect(range);
        foreach (var record in doomed)
        {
            Bury(record);
        }

        return doomed;
    }

    /// <summary>The state as readers may have it from now on. Not within an operation.</summary>
    public MvccRoot Publish()
    {
        Invariant.Require(!_writing, "half an operation is never published");
        return new MvccRoot(new StoreView(_keys.Publish(), _revision, _compactRevision), _history.View(), Totals)
        {
            SizeBytes = _sizeBytes,
            SizeInUseBytes = _sizeBytes,
            RecordCount = _history.Count,
            IsCompacting = _sweeping,
        };
    }

    private void Bury(Record record)
    {
        Invariant.Require(_writing, "a delete is part of an operation");
        _keys.Seek(record.Key.Span);
        Write(new Record { Key = record.Key, ModRevision = WriteRevision, SubRevision = _changes });
    }

    private void Write(Record record)
    {
        Append(record);
        _changes++;
    }

    private void Append(Record record)
    {
        _keys.Append(record);
        _history.Append(record);
        _sizeBytes += SizeOf(record);
    }

    private static long SizeOf(Record record) => record.Key.Length + record.Value.Length + MvccLimits.RecordOverheadBytes;
}
