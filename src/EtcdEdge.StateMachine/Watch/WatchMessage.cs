using System.Buffers;
using EtcdEdge.StateMachine.Wire;

namespace EtcdEdge.StateMachine.Watch;

/// <summary>
/// One WatchResponse on its way out: a few numbers of its own around the events' shared bytes. Mutable, so that a stream's writer fills the
/// same object again and again.
/// </summary>
public sealed class WatchMessage
{
    private const int WatchIdField = 2;
    private const int CreatedField = 3;
    private const int CanceledField = 4;
    private const int CompactRevisionField = 5;
    private const int CancelReasonField = 6;
    private const int FragmentField = 7;

    private WireHeader header;
    private WatchDelivery delivery;
    private ReadOnlyMemory<byte> cancelReason;
    private int firstEvent;
    private int endEvent;
    private bool hasMoreFragments;

    /// <summary>The whole response's size in bytes.</summary>
    public int Size { get; private set; }

    /// <summary>
    /// Fills the message from a delivery, at most <paramref name="maxBytes"/> of it when the watcher asked for fragments (and at least one
    /// event, as etcd). Call <see cref="NextFragment"/> after writing.
    /// </summary>
    /// <param name="from">The delivery.</param>
    /// <param name="clusterId">The cluster's id for the header.</param>
    /// <param name="memberId">This member's id for the header.</param>
    /// <param name="term">The Raft term for the header.</param>
    /// <param name="reason">The text of a refusal in UTF-8; empty for none.</param>
    /// <param name="maxBytes">The fragment limit: the largest request plus gRPC's overhead.</param>
    public void Fill(in WatchDelivery from, ulong clusterId, ulong memberId, ulong term, ReadOnlyMemory<byte> reason, int maxBytes)
    {
        delivery = from;
        header = new WireHeader(clusterId, memberId, from.Revision, term);
        cancelReason = reason;
        endEvent = 0;
        TakeFragment(maxBytes);
    }

    /// <summary>Moves to the next part of a fragmented response; false when everything was written.</summary>
    public bool NextFragment(int maxBytes)
    {
        if (!hasMoreFragments)
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
        header.WriteField(ref writer);
        writer.Number(WatchIdField, delivery.WatchId);
        writer.Bool(CreatedField, IsCreated);
        writer.Bool(CanceledField, IsCanceled);
        writer.Number(CompactRevisionField, delivery.CompactRevision);
        writer.Bytes(CancelReasonField, cancelReason);
        writer.Bool(FragmentField, hasMoreFragments);
        for (var i = firstEvent; i < endEvent; i++)
        {
            writer.Raw(Encoded(i));
        }

        writer.Flush();
    }

    private bool IsCreated => delivery.Kind is WatchDeliveryKind.Created or WatchDeliveryKind.Refused;

    private bool IsCanceled => delivery.Kind is WatchDeliveryKind.Refused or WatchDeliveryKind.Canceled or WatchDeliveryKind.Compacted;

    /// <summary>As etcd's sendFragments (api/v3rpc/watch.go): a part stays below the limit unless a single event is larger.</summary>
    private void TakeFragment(int maxBytes)
    {
        var count = delivery.Batch?.Events.Count ?? 0;
        firstEvent = endEvent;
        hasMoreFragments = false;
        var size = FixedSize();
        while (endEvent < count)
        {
            var eventSize = Encoded(endEvent).Length;
            if (delivery.Fragment && endEvent > firstEvent && size + eventSize >= maxBytes)
            {
                hasMoreFragments = true;
                size += ProtoWriter.SizeOf(FragmentField, 1);
                break;
            }

            size += eventSize;
            endEvent++;
        }

        Size = size;
    }

    private int FixedSize() =>
        header.FieldSize + ProtoWriter.SizeOf(WatchIdField, delivery.WatchId) + ProtoWriter.SizeOf(CreatedField, IsCreated ? 1 : 0)
        + ProtoWriter.SizeOf(CanceledField, IsCanceled ? 1 : 0) + ProtoWriter.SizeOf(CompactRevisionField, delivery.CompactRevision)
        + ProtoWriter.SizeOf(CancelReasonField, cancelReason);

    private ReadOnlySpan<byte> Encoded(int index) => delivery.Batch!.Events[index].Encoded(delivery.PrevKv);
}
