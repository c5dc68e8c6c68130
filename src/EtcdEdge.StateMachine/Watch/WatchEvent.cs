using System.Buffers;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Mvcc;

namespace EtcdEdge.StateMachine.Watch;

/// <summary>
/// One event as all its watchers share it: encoded at most twice (with and without the previous value), by whichever stream's writer
/// needs it first. Two writers may race to encode; both make the same bytes.
/// </summary>
public sealed class WatchEvent(Record record)
{
    private ArrayBufferWriter<byte>? _encoded;
    private ArrayBufferWriter<byte>? _encodedWithPrevious;
    private bool _hasLookedUpPrevious;

    public Record Record { get; } = record;

    /// <summary>The key's record before this revision; set by the hub before the event is offered to a watcher that requested it.</summary>
    public Record? Previous { get; private set; }

    /// <summary>The event as field 11 of a WatchResponse, tag and length included. Any thread.</summary>
    public ReadOnlySpan<byte> Encoded(bool prevKv)
    {
        if (prevKv && Previous is not null)
        {
            return (_encodedWithPrevious ??= WatchEventCodec.Encode(Record, Previous)).WrittenSpan;
        }

        return (_encoded ??= WatchEventCodec.Encode(Record, null)).WrittenSpan;
    }

    /// <summary>As etcd: a creation has no previous value, and what a compaction took is not an error.</summary>
    internal void LookUpPrevious(MvccRoot root)
    {
        if (_hasLookedUpPrevious)
        {
            return;
        }

        _hasLookedUpPrevious = true;
        if (Record.CreateRevision != Record.ModRevision && Record.ModRevision > root.CompactRevision)
        {
            Previous = root.Get(Record.Key.Span, Record.ModRevision - 1);
        }
    }
}
