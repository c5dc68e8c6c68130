using System.Buffers.Binary;
using System.Text;

namespace EtcdEdge.Peers;

/// <summary>The answer to a <see cref="Hello"/>: accepted with a protocol version, or refused with a reason and a line for the operator.</summary>
public sealed record HelloAnswer
{
    private const int FixedSize = 19;

    public RefusalReason Reason { get; init; }

    /// <summary>The protocol version of the connection; 0 when refused.</summary>
    public ushort Protocol { get; init; }

    public required ulong ClusterId { get; init; }

    /// <summary>The answering member.</summary>
    public required ulong MemberId { get; init; }

    /// <summary>Accepted: the server's release. Refused: one line that names what to change.</summary>
    public string Text { get; init; } = "";

    public byte[] Encode()
    {
        var text = Encoding.ASCII.GetBytes(Text.Length <= PeerLimits.HelloBytes - FixedSize ? Text : Text[..(PeerLimits.HelloBytes - FixedSize)]);
        var bytes = Hello.Preamble(FixedSize + text.Length, out var body);
        body[0] = (byte)Reason;
        BinaryPrimitives.WriteUInt16LittleEndian(body[1..], Protocol);
        BinaryPrimitives.WriteUInt64LittleEndian(body[3..], ClusterId);
        BinaryPrimitives.WriteUInt64LittleEndian(body[11..], MemberId);
        text.CopyTo(body[FixedSize..]);
        return bytes;
    }

    /// <summary>Reads a whole answer. Throws <see cref="ProtocolException"/> when the other side does not use our protocol.</summary>
    public static async ValueTask<HelloAnswer> ReadAsync(Stream stream, CancellationToken cancel)
    {
        var magic = new byte[Hello.Magic.Length];
        await stream.ReadExactlyAsync(magic, cancel);
        if (!Hello.Magic.SequenceEqual(magic))
        {
            throw new ProtocolException(
                "the server at this URL does not speak EtcdEdge's peer protocol (etcd and EtcdEdge members cannot share a cluster)");
        }

        var body = await Hello.ReadBodyAsync(stream, cancel);
        if (body.Length < FixedSize)
        {
            throw new ProtocolException("answer to hello is too short");
        }

        return new HelloAnswer
        {
            Reason = (RefusalReason)body[0],
            Protocol = BinaryPrimitives.ReadUInt16LittleEndian(body.AsSpan(1)),
            ClusterId = BinaryPrimitives.ReadUInt64LittleEndian(body.AsSpan(3)),
            MemberId = BinaryPrimitives.ReadUInt64LittleEndian(body.AsSpan(11)),
            Text = Hello.PrintableText(body.AsSpan(FixedSize)),
        };
    }
}
