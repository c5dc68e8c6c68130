using System.Buffers.Binary;
using System.Text;

namespace EtcdEdge.Peers;

/// <summary>The first message of the dialling member. Versions are ours, not etcd's: both ends use the highest they share.</summary>
public sealed record Hello
{
    /// <summary>
    /// The newest protocol version of this build. Raise it with any change of the formats in DESIGN.md or of the channels' windows.
    /// </summary>
    public const ushort NewestProtocol = 1;

    /// <summary>The oldest supported version.</summary>
    public const ushort OldestProtocol = 1;

    private const int FixedSize = 29;

    /// <summary>Between release and URLs; none of them has one.</summary>
    private const char Separator = ' ';

    public required ConnectionKind Kind { get; init; }

    public ushort ProtocolMin { get; init; } = OldestProtocol;

    public ushort ProtocolMax { get; init; } = NewestProtocol;

    public required ulong ClusterId { get; init; }

    public required ulong From { get; init; }

    public required ulong To { get; init; }

    /// <summary>Release of the dialling server, for the log.</summary>
    public string ServerVersion { get; init; } = "";

    /// <summary>URLs of the dialling server: a member that does not know it yet answers there.</summary>
    public IReadOnlyList<string> PeerUrls { get; init; } = [];

    /// <summary>The first eight bytes of every connection between members. No HTTP verb and no TLS record starts like this.</summary>
    public static ReadOnlySpan<byte> Magic => [0xEE, (byte)'E', (byte)'d', (byte)'g', (byte)'e', (byte)'P', (byte)'r', 0x0A];

    /// <summary>The highest version that both support, or 0.</summary>
    public ushort CommonProtocol =>
        ProtocolMin > NewestProtocol || ProtocolMax < OldestProtocol ? (ushort)0 : Math.Min(ProtocolMax, NewestProtocol);

    /// <summary>Magic, length and body.</summary>
    public byte[] Encode()
    {
        var text = Encoding.ASCII.GetBytes(Text());
        var bytes = Preamble(FixedSize + text.Length, out var body);
        body[0] = (byte)Kind;
        BinaryPrimitives.WriteUInt16LittleEndian(body[1..], ProtocolMin);
        BinaryPrimitives.WriteUInt16LittleEndian(body[3..], ProtocolMax);
        BinaryPrimitives.WriteUInt64LittleEndian(body[5..], ClusterId);
        BinaryPrimitives.WriteUInt64LittleEndian(body[13..], From);
        BinaryPrimitives.WriteUInt64LittleEndian(body[21..], To);
        text.CopyTo(body[FixedSize..]);
        return bytes;
    }

    // The release, then as many URLs as fit: the others follow with the membership.
    private string Text()
    {
        var text = new StringBuilder(ServerVersion);
        foreach (var url in PeerUrls.TakeWhile(url => text.Length + 1 + url.Length <= PeerLimits.HelloBytes - FixedSize))
        {
            text.Append(Separator).Append(url);
        }

        return text.ToString();
    }

    /// <summary>Parses a body. Throws <see cref="ProtocolException"/>.</summary>
    public static Hello Parse(ReadOnlySpan<byte> body)
    {
        if (body.Length < FixedSize)
        {
            throw new ProtocolException("hello is too short");
        }

        var text = PrintableText(body[FixedSize..]).Split(Separator);
        return new Hello
        {
            Kind = (ConnectionKind)body[0],
            ProtocolMin = BinaryPrimitives.ReadUInt16LittleEndian(body[1..]),
            ProtocolMax = BinaryPrimitives.ReadUInt16LittleEndian(body[3..]),
            ClusterId = BinaryPrimitives.ReadUInt64LittleEndian(body[5..]),
            From = BinaryPrimitives.ReadUInt64LittleEndian(body[13..]),
            To = BinaryPrimitives.ReadUInt64LittleEndian(body[21..]),
            ServerVersion = text[0],
            PeerUrls = text[1..],
        };
    }

    /// <summary>Reads the length and body that follow the magic. Throws <see cref="ProtocolException"/> when it is none of ours.</summary>
    public static async ValueTask<byte[]> ReadBodyAsync(Stream stream, CancellationToken cancel)
    {
        var length = new byte[2];
        await stream.ReadExactlyAsync(length, cancel);
        var size = BinaryPrimitives.ReadUInt16LittleEndian(length);
        if (size > PeerLimits.HelloBytes)
        {
            throw new ProtocolException($"hello of {size} bytes, at most {PeerLimits.HelloBytes} are allowed");
        }

        var body = new byte[size];
        await stream.ReadExactlyAsync(body, cancel);
        return body;
    }

    /// <summary>An array for magic, length and a body of <paramref name="size"/> bytes; the first two are filled in.</summary>
    internal static byte[] Preamble(int size, out Span<byte> body)
    {
        var bytes = new byte[Magic.Length + 2 + size];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(Magic.Length), checked((ushort)size));
        body = bytes.AsSpan(Magic.Length + 2);
        return bytes;
    }

    // The text reaches the log: nothing but printable ASCII of a stranger does.
    internal static string PrintableText(ReadOnlySpan<byte> bytes)
    {
        Span<char> text = stackalloc char[PeerLimits.HelloBytes];
        var count = Math.Min(bytes.Length, text.Length);
        for (var i = 0; i < count; i++)
        {
            text[i] = bytes[i] is >= 0x20 and < 0x7f ? (char)bytes[i] : '?';
        }

        return new string(text[..count]);
    }
}
