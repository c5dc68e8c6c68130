using System.Text;
using EtcdEdge.Base;
using EtcdEdge.Raft.Membership;
using EtcdEdge.Raft.Model;
using EtcdEdge.Storage.Wal;

namespace EtcdEdge.Storage.Tests.Wal;

// Goal: the bytes on the disk are a promise; a change of them must be seen here. Method: golden bytes, written out by hand from DESIGN.md.
public sealed class FormatTests
{
    [Fact]
    public void Crc32C_agrees_with_the_published_vectors()
    {
        Assert.Equal(0xE3069283u, Crc32C.Of("123456789"u8));
        Assert.Equal(0x8A9136AAu, Crc32C.Of(new byte[32]));
        Assert.Equal(Crc32C.Of("123456789"u8), Crc32C.Append(Crc32C.Of("1234"u8), "56789"u8));
        Assert.Equal(Crc32C.Of([1, 2, 3, 4, 5, 6, 7, 8]), Crc32C.Append(0, 0x0807060504030201UL));
        Assert.Equal(Crc32C.Of([1, 2, 3, 4]), Crc32C.Append(0, 0x04030201U));
    }

    [Fact]
    public void The_first_segment_s_header_is_these_bytes()
    {
        var header = FirstSegment()[..64];
        Assert.Equal(
            "01000000" + "45455741" + "4C534547" + "00100000" + "00000000" + "0100000000000000" + "0000010000000000"
                + "0C00000000000000" + "0A00000000000000" + "0100000000000000",
            Convert.ToHexString(header[4..]));
        Assert.Equal(Crc32C.Of(header.AsSpan(4)), BitConverter.ToUInt32(header));
    }

    [Fact]
    public void A_group_is_these_bytes()
    {
        var group = FirstSegment()[8192..12288];
        const string header = "45574731" + "4E000000" + "0100000000000000" + "0700000000000000" + "0800000000000000" + "02000000";
        const string hardState = "0300000000000000" + "0900000000000000" + "0600000000000000";
        const string entries = "02" + "03" + "80" + "07" + "6869" + "05" + "03" + "01" + "68656C6C6F";
        Assert.Equal("0500000000000000", Convert.ToHexString(group[4..12]));
        Assert.Equal(header, Convert.ToHexString(group[12..48]));
        Assert.Equal(hardState, Convert.ToHexString(group[52..76]));
        Assert.Equal(entries, Convert.ToHexString(group[76..90]));
        Assert.True(group.AsSpan(90).IndexOfAnyExcept((byte)0) < 0);
    }

    [Fact]
    public void A_group_s_sectors_are_sealed_with_its_number_and_their_place()
    {
        var group = FirstSegment()[8192..8704];
        var covered = new byte[8 + 508];
        BitConverter.TryWriteBytes(covered, 8192L);
        group.AsSpan(4).CopyTo(covered.AsSpan(8));
        Assert.Equal(Crc32C.Of(covered), BitConverter.ToUInt32(group));
        Assert.Equal(new Sector(SectorKind.Whole, 2, true), Sector.Read(group, 8192));
        Assert.Equal(SectorKind.Bad, Sector.Read(group, 4096).Kind);
    }

    [Fact]
    public void A_group_names_the_digest_of_the_one_before_it()
    {
        var segment = FirstSegment();
        var digest = Crc32C.Append(0, BitConverter.ToUInt32(segment, 4096));
        Assert.Equal(digest, BitConverter.ToUInt32(segment, 8192 + 48));
    }

    [Fact]
    public void Entries_that_cross_sectors_come_back_whole()
    {
        for (var size = 380; size < 1600; size++)
        {
            var group = new WalGroup();
            group.Clear();
            group.Append([LogBench.Entry(1, size), LogBench.Entry(2, 3)]);
            group.Stamp(1, 1, 0, 4096, 4096);
            var header = GroupHeader.Read(group.Buffer.Span[Sector.HeadSize..])!.Value;
            var payload = new GroupPayload(group.Buffer.Span, header.PayloadLength);
            Assert.True(payload.TryRead(0, out var first));
            Assert.True(payload.TryRead(0, out var second));
            Assert.True(payload.AtEnd);
            Assert.Equal(LogBench.Entry(1, size).Data.ToArray(), first.Data.ToArray());
            Assert.Equal(LogBench.Entry(2, 3).Data.ToArray(), second.Data.ToArray());
            group.Buffer.Dispose();
        }
    }

    [Fact]
    public void The_identity_file_is_these_bytes()
    {
        var sector = new MemberIdentity(0xC, 0xA, "n1").Encode();
        Assert.Equal(
            "01000000" + "45454D454D424552" + "0C00000000000000" + "0A00000000000000" + "02000000" + "6E31", Convert.ToHexString(sector[4..38]));
        Assert.Equal(512, sector.Length);
        Assert.Equal(new MemberIdentity(0xC, 0xA, "n1"), MemberIdentity.Decode(sector, out _));
    }

    private static byte[] FirstSegment()
    {
        var bench = new LogBench();
        bench.MustOpen();
        bench.Commit(
            new HardState(3, 9, 6),
            new Entry(3, 7, EntryType.Normal, Encoding.ASCII.GetBytes("hi")),
            new Entry(3, 8, EntryType.ConfChange, Encoding.ASCII.GetBytes("hello")));
        return bench.Disk.Contents(LogBench.Segment(1));
    }
}
