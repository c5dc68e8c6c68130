using System.Buffers;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Mvcc;
using EtcdEdge.StateMachine.Requests;
using EtcdEdge.Storage.Bbolt;

namespace EtcdEdge.Snapshots.EtcdFormat;

/// <summary>The records of a root as etcd's key bucket has them: by revision, without what a compaction has taken away or is about to.</summary>
public sealed class RecordEntries(MvccRoot root) : IBboltEntries
{
    private readonly ArrayBufferWriter<byte> _value = new();
    private HistoryCursor _records = root.History.From(0);
    private Record? _current;
    private Record? _stored;

    public int KeyLength => Schema.RevisionBytes + (_current!.IsTombstone ? 1 : 0);

    public int ValueLength => RecordCodec.SizeOf(_stored!);

    public bool MoveNext()
    {
        while (_records.MoveNext())
        {
            if (root.IsRetained(_records.Current))
            {
                _current = _records.Current;
                // etcd keeps only the key of a tombstone; its revision is in the entry's key.
                _stored = _current.IsTombstone ? new Record { Key = _current.Key, ModRevision = 0 } : _current;
                return true;
            }
        }

        return false;
    }

    public void Copy(Span<byte> key, Span<byte> value)
    {
        Schema.WriteRevision(key, _current!.ModRevision, _current.SubRevision);
        if (_current.IsTombstone)
        {
            key[Schema.RevisionBytes] = (byte)'t';
        }

        _value.ResetWrittenCount();
        RecordCodec.Write(_stored!, _value);
        _value.WrittenSpan.CopyTo(value);
    }
}
