using System.Buffers;
using EtcdEdge.StateMachine.Proto;

namespace EtcdEdge.StateMachine.Watch;

/// <summary>
/// One WatchResponse to be sent: its own fields around the shared bytes of the events. Mutable, so that a stream's writer reuses one object.
/// </summary>
public sealed class WatchMessage
{
    private const int WatchIdField = 2;
    private const int CreatedField = 3;
    private const int CanceledField = 4;
    private const int CompactRevisionField = 5;
    private const int CancelReasonField = 6;
    private const int FragmentField = 7;

    private WireHeader _header;
    private WatchDelivery _delivery;
    private ReadOnlyMemory<byte> _cancelReason;
    private int _firstEvent;
    private int _endEvent;

    /// <summary>The whole response's size in bytes.</summary>
    public int Size { get; private set; }

    /// <summary>Another part of the same response follows.</summary>
    public bool HasMoreFragments { get; private set; }

    /// <summary>
    /// Fills the message from a delivery, at most <paramref name="maxBytes"/> of it when the watcher requested fragments (and at least one event, as
    /// in etcd). Call <see cref="NextFragment"/> after writing.
    /// </summary>
    /// <param name="from">The delivery.</param>
    /// <param name="clusterId">The cluster's id for the header.</param>
    /// <param name="memberId">This member's id for the header.</param>
    /// <param name="term">The Raft term for the header.</param>
    /// <param name="reason">The text of a refusal in UTF-8; empty for none.</param>
    /// <param name="maxBytes">The fragment limit: the largest request plus gRPC's overhead.</param>
    public void Fill(in WatchDelivery from, ulong clusterId, ulong memberId, ulong term, ReadOnlyMemory<byte> reason, int maxBytes)
    {
        _delivery = from;
        _header = new WireHeader(clusterId, memberId, from.Revision, term);
        _cancelReason = reason;
        _endEvent = 0;
        TakeFragment(maxBytes);
    }

    /// <summary>Moves to the next part of a fragmented response; false when everything was written.</summary>
    public bool NextFragment(int maxBytes)
    {
        if (!HasMoreFragments)
        {
            return false;
        }

        TakeFragment(maxBytes);
        return true;
    }

    /// <summary>Writes <see cref="Size"/> bytes.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        var writer = new ProtoWriter(output);
        _header.WriteField(ref writer);
        writer.Number(WatchIdField, _delivery.WatchId);
        writer.Bool(CreatedField, IsCreated);
        writer.Bool(CanceledField, IsCanceled);
        writer.Number(CompactRevisionField, _delivery.CompactRevision);
        writer.Bytes(CancelReasonField, _cancelReason);
        writer.Bool(FragmentField, HasMoreFragments);
        for (var i = _firstEvent; i < _endEvent; i++)
        {
            writer.Raw(Encoded(i));
        }

        writer.Flush();
    }

    private bool IsCreated => _delivery.Kind is WatchDeliveryKind.Created or WatchDeliveryKind.Refused;

    private bool IsCanceled => _delivery.Kind is WatchDeliveryKind.Refused or WatchDeliveryKind.Canceled or WatchDeliveryKind.Compacted;

    /// <summary>As etcd's sendFragments (api/v3rpc/watch.go): a part stays below the limit unless a single event is larger.</summary>
    private void TakeFragment(int maxBytes)
    {
        var count = _delivery.Batch?.Events.Count ?? 0;
        _firstEvent = _endEvent;
        HasMoreFragments = false;
        var size = FixedSize();
        while (_endEvent < count)
        {
            var eventSize = Encoded(_endEvent).Length;
            if (_delivery.Fragment && _endEvent > _firstEvent && size + eventSize >= maxBytes)
            {
                HasMoreFragments = true;
                size += ProtoWriter.SizeOf(FragmentField, 1);
                break;
            }

            size += eventSize;
            _endEvent++;
        }

        Size = size;
    }

    private int FixedSize() =>
        _header.FieldSize + ProtoWriter.SizeOf(WatchIdField, _delivery.WatchId) + ProtoWriter.SizeOf(CreatedField, IsCreated ? 1 : 0)
        + ProtoWriter.SizeOf(CanceledField, IsCanceled ? 1 : 0) + ProtoWriter.SizeOf(CompactRevisionField, _delivery.CompactRevision)
        + ProtoWriter.SizeOf(CancelReasonField, _cancelReason);

    private ReadOnlySpan<byte> Encoded(int index) => _delivery.Batch!.Events[index].Encoded(_delivery.PrevKv);
}
