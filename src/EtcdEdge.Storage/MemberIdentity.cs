using System.Buffers.Binary;
using System.Text;
using EtcdEdge.Base;

namespace EtcdEdge.Storage;

/// <summary>Whose data directory it is, as written in <c>member/format</c> when the member first ran.</summary>
/// <param name="ClusterId">etcd's cluster id.</param>
/// <param name="MemberId">etcd's member id.</param>
/// <param name="Name">The member's name at that time; it may change later, the ids may not.</param>
public sealed record MemberIdentity(ulong ClusterId, ulong MemberId, string Name)
{
    internal const uint FormatVersion = 1;
    private const int NameAt = 36;

    /// <summary>"EEMEMBER" in the file.</summary>
    private const ulong Magic = 0x5245424D454D4545;

    /// <summary>One sector: crc u32 · version u32 · magic u64 · cluster u64 · member u64 · name length u32 · name in UTF-8 · zeros.</summary>
    internal byte[] Encode()
    {
        var name = Encoding.UTF8.GetBytes(Name);
        Invariant.Require(name.Length <= DataDirectoryLimits.MemberNameBytesMax, "a member's name fits the identity file");
        var sector = new byte[DataDirectoryLimits.IdentityFileSize];
        BinaryPrimitives.WriteUInt32LittleEndian(sector.AsSpan(4), FormatVersion);
        BinaryPrimitives.WriteUInt64LittleEndian(sector.AsSpan(8), Magic);
        BinaryPrimitives.WriteUInt64LittleEndian(sector.AsSpan(16), ClusterId);
        BinaryPrimitives.WriteUInt64LittleEndian(sector.AsSpan(24), MemberId);
        BinaryPrimitives.WriteUInt32LittleEndian(sector.AsSpan(32), (uint)name.Length);
        name.CopyTo(sector, NameAt);
        BinaryPrimitives.WriteUInt32LittleEndian(sector, Crc32C.Of(sector.AsSpan(4)));
        return sector;
    }

    /// <summary>Reads what <see cref="Encode"/> wrote. Null, with the reason as a few words, when it cannot be used.</summary>
    internal static MemberIdentity? Decode(ReadOnlySpan<byte> sector, out string reason)
    {
        reason = "it is not a member file of EtcdEdge";
        if (sector.Length < DataDirectoryLimits.IdentityFileSize || BinaryPrimitives.ReadUInt64LittleEndian(sector[8..]) != Magic)
        {
            return null;
        }

        reason = "its checksum is wrong";
        if (BinaryPrimitives.ReadUInt32LittleEndian(sector) != Crc32C.Of(sector[4..DataDirectoryLimits.IdentityFileSize]))
        {
            return null;
        }

        var version = BinaryPrimitives.ReadUInt32LittleEndian(sector[4..]);
        reason = $"its format is {version}, this version knows {FormatVersion}; start the version that wrote it, or a newer one";
        if (version > FormatVersion)
        {
            return null;
        }

        reason = "";
        var name = Encoding.UTF8.GetString(sector.Slice(NameAt, (int)BinaryPrimitives.ReadUInt32LittleEndian(sector[32..])));
        return new MemberIdentity(
            BinaryPrimitives.ReadUInt64LittleEndian(sector[16..]), BinaryPrimitives.ReadUInt64LittleEndian(sector[24..]), name);
    }
}
