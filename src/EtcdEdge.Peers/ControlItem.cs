using System.Buffers;
using EtcdEdge.Raft.Model;

namespace EtcdEdge.Peers;

/// <summary>What waits for the control channel: a message, or a ping or pong with its stamp.</summary>
public readonly record struct ControlItem(Message? Message, FrameKind Kind, long Stamp)
{
    public static void Write(IBufferWriter<byte> output, ControlItem item)
    {
        if (item.Message is { } message)
        {
            PeerCodec.Write(output, message);
        }
        else
        {
            FrameWriting.WriteStamp(output, item.Kind, item.Stamp);
        }
    }
}
