using System.Buffers.Binary;
using Google.Protobuf;

namespace EtcdEdge.StateMachine.Cluster;

/// <summary>What a change of the membership does to one member. The numbers are log format.</summary>
public enum MembershipChangeKind : byte
{
    /// <summary>A new member, voter or learner.</summary>
    Add = 0,

    /// <summary>A learner becomes a voter.</summary>
    Promote = 1,

    /// <summary>A member is removed permanently.</summary>
    Remove = 2,

    /// <summary>A member gets other peer URLs.</summary>
    UpdatePeerUrls = 3,
}

/// <summary>
/// The part of a Raft configuration change that Raft does not interpret: the member and the request that waits for it. Layout: kind (1 byte), request
/// id (8 bytes, little endian), membershippb.Member.
/// </summary>
public sealed record MembershipChange(ulong RequestId, MembershipChangeKind Kind, Member Member)
{
    private const int HeaderBytes = 9;

    public byte[] Encode()
    {
        var message = Member.ToMessage();
        var bytes = new byte[HeaderBytes + message.CalculateSize()];
        bytes[0] = (byte)Kind;
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(1), RequestId);
        message.WriteTo(bytes.AsSpan(HeaderBytes));
        return bytes;
    }

    /// <exception cref="FormatException">The bytes are none that <see cref="Encode"/> wrote.</exception>
    public static MembershipChange Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderBytes || bytes[0] > (byte)MembershipChangeKind.UpdatePeerUrls)
        {
            throw new FormatException("not a membership change of a known version");
        }

        try
        {
            var message = Api.Membership.Member.Parser.ParseFrom(bytes[HeaderBytes..]);
            return new MembershipChange(
                BinaryPrimitives.ReadUInt64LittleEndian(bytes[1..]), (MembershipChangeKind)bytes[0], Member.Of(message));
        }
        catch (InvalidProtocolBufferException malformed)
        {
            throw new FormatException("a membership change holds no member", malformed);
        }
    }
}
