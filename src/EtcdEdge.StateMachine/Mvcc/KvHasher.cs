using System.Buffers;
using System.Buffers.Binary;
using EtcdEdge.Base;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Proto;
using EtcdEdge.StateMachine.Requests;

namespace EtcdEdge.StateMachine.Mvcc;

/// <summary>
/// etcd's HashKV (etcd server/mvcc/hash.go): the CRC of the bucket's name, then of each record's key and value as etcd's backend has them,
/// in revision order. Records that a finished compaction would have removed are left out, so the value does not depend on how far the
/// removal has come.
/// </summary>
internal ref struct KvHasher
{
    private const int RevisionBytes = 17;
    private readonly KeyTree _tree;
    private readonly long _compactRevision;
    private readonly long _revision;
    private readonly bool _anyLive;
    private readonly ArrayBufferWriter<byte> _buffer = new(256);
    private uint _crc;

    private KvHasher(in StoreView view, long revision)
    {
        _tree = view.Tree;
        _compactRevision = view.CompactRevision;
        _revision = revision;
        _anyLive = AnyLiveAt(view, revision);
        _crc = Crc32C.Append(_crc, "key"u8);
    }

    public static KvHash Compute(in StoreView view, History history, long revision)
    {
        var hasher = new KvHasher(view, revision);
        foreach (var record in history.From(0))
        {
            if (record.ModRevision > revision)
            {
                break;
            }

            if (hasher.Counts(record))
            {
                hasher.Add(record);
            }
        }

        return new KvHash(hasher._crc, view.CompactRevision, revision);
    }

    // Up to the compact revision only records that are still live at the hashed revision count; if none is live there, etcd counts what the
    // compaction left. A tombstone exactly at the compact revision never counts: older versions removed it, newer ones keep it.
    private readonly bool Counts(Record record)
    {
        if (record.ModRevision > _compactRevision)
        {
            return true;
        }

        if (record.IsTombstone || !_tree.TryFind(record.Key.Span, out var history))
        {
            return false;
        }

        return ReferenceEquals(history.At(_anyLive ? _revision : _compactRevision), record);
    }

    private void Add(Record record)
    {
        Span<byte> key = stackalloc byte[RevisionBytes + 1];
        BinaryPrimitives.WriteInt64BigEndian(key, record.ModRevision);
        key[8] = (byte)'_';
        BinaryPrimitives.WriteInt64BigEndian(key[9..], record.SubRevision);
        key[RevisionBytes] = (byte)'t';
        _crc = Crc32C.Append(_crc, record.IsTombstone ? key : key[..RevisionBytes]);
        AddValue(record);
    }

    private void AddValue(Record record)
    {
        _buffer.ResetWrittenCount();
        var writer = new ProtoWriter(_buffer);
        if (record.IsTombstone)
        {
            // etcd's backend stores a tombstone with its key alone.
            writer.Bytes(1, record.Key);
        }
        else
        {
            RecordCodec.Write(record, ref writer, keyOnly: false);
        }

        writer.Flush();
        _crc = Crc32C.Append(_crc, _buffer.WrittenSpan);
    }

    private static bool AnyLiveAt(in StoreView view, long revision)
    {
        if (revision == view.Revision)
        {
            return view.Tree.LiveCount > 0;
        }

        var cursor = view.Tree.Walk(KeyRange.All);
        while (cursor.MoveNext())
        {
            if (cursor.Current.LiveAt(revision) is not null)
            {
                return true;
            }
        }

        return false;
    }
}
