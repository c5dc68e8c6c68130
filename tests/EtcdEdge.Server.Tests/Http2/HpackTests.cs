// Goal: header blocks are read as RFC 7541 says, and what is none is told. Method: the RFC's own examples (appendix C), every octet in Huffman's code
// as another implementation (python3-hpack) writes it, and what the writer writes read back.

using System.Buffers;
using EtcdEdge.Http2.Hpack;
using Xunit;

namespace EtcdEdge.Server.Tests.Http2;

public sealed class HpackTests
{
    private const string EveryOctet =
        "ffc7fffd8fffffe2fffffe3fffffe4fffffe5fffffe6fffffe7fffffe8ffffeafffffff3fffffa7fffffabffffffdfffffebfffffecfffffedfffffeefffffefffffff0ff"
            + "ffff1ffffff2f"
        + "ffffffbfffffcffffffd3fffffd7fffffdbfffffdffffffe3fffffe7fffffebfffffed4fe3f9ffaffcabf1febfafefe7fdfd2cbb00089969b71d79fb9f7fff20ffbff3f"
        + "f50ddbd7f061c58"
        + "f265cd9f469d5af66dddbf871e5f9cff7ff7fffc3ff9ffe45fff4719242cb34e6e9d68a6a3d7dac426defe3cfaf7fffbfe7ffbffdffffffcfffe6ffff4bfff9ffffa3ff"
        + "fd3ffff53fffd5f"
        + "fffb3fffeb7fffdaffffb7ffff73fffeeffffdeffffebffffbfffffd9ffffdbfffebffffe0ffffeeffffc3ffff8bffff1ffffe4fffee7fffb1ffff97fffd9ffffcdffff"
        + "9fffffbffffdaff"
        + "feeffff4ffffb7fffee7fffe8ffffd3fffdeffffd5fffeeffffbdffffe1fffdfffff7fffff5ffffecffff07fff87fffe0ffff17fffedffff87ffff77fffeffffeaffff8"
        + "bfffe3ffff93fff"
        + "f87fffcbffff37ffff1fffff83ffffe1fffebfffe3ffff3fffff2ffffa3ffffd9fffff17ffffc7fffff27ffffdefffffbffffff2fffff8fffffb7fff97fff8fffffe6ff"
        + "fffc1fffff87fff"
        + "fe7fffffc5ffffe5fffe4ffff2fffffd1fffff4ffffffefffffe3fffffc9fffff97fffb3ffffcffffb7fffcdffff4ffff9ffffd1ffffcffffeaffffafffffddffffefff"
        + "fff4fffff5fffff"
        + "abffffa7ffffd7fffff9bffffecfffffb7fffff3fffffe8fffffd3fffffabfffff5fffffff7ffffecfffffdbfffffbbfffff7ffffff0fffffbbf";

    [Theory]
    [InlineData("plain",
        "828684410f7777772e6578616d706c652e636f6d|828684be58086e6f2d6361636865|828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565")]
    [InlineData("Huffman's code", "828684418cf1e3c2e5f23a6ba0ab90f4ff|828684be5886a8eb10649cbf|828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf")]
    public void Requests_that_refer_to_earlier_ones_are_read(string _, string blocks)
    {
        var decoder = new HpackDecoder();
        string[] expected =
        [
            ":method: GET, :scheme: http, :path: /, :authority: www.example.com",
            ":method: GET, :scheme: http, :path: /, :authority: www.example.com, cache-control: no-cache",
            ":method: GET, :scheme: https, :path: /index.html, :authority: www.example.com, custom-key: custom-value",
        ];
        Assert.Equal(expected, blocks.Split('|').Select(block => Read(decoder, Convert.FromHexString(block))));
    }

    /// <summary>Appendix C.5: a table of 256 octets, which the update before the first block asks for.</summary>
    [Fact]
    public void Old_fields_leave_a_small_table()
    {
        var decoder = new HpackDecoder();
        const string date = "date: Mon, 21 Oct 2013 20:13:21 GMT", location = "location: https://www.example.com";
        var first = Convert.FromHexString("3fe101" + "4803333032580770726976617465611d4d6f6e2c203231204f637420323031332032303a31333a323120474d54"
            + "6e1768747470733a2f2f7777772e6578616d706c652e636f6d");
        Assert.Equal($":status: 302, cache-control: private, {date}, {location}", Read(decoder, first));
        Assert.Equal($":status: 307, cache-control: private, {date}, {location}", Read(decoder, Convert.FromHexString("4803333037c1c0bf")));
        Assert.Throws<Http2Exception>(() => Read(decoder, [0xC2]));
    }

    [Fact]
    public void A_field_larger_than_the_table_empties_it()
    {
        var decoder = new HpackDecoder();
        Read(decoder, Convert.FromHexString("400161" + "0162"));
        Read(decoder, [.. Convert.FromHexString("400163" + "7f851f"), .. Enumerable.Repeat((byte)'x', 4100)]);
        Assert.Throws<Http2Exception>(() => Read(decoder, [0xBE]));
    }

    [Fact]
    public void Every_octet_has_its_code()
    {
        var decoded = new byte[256];
        Assert.Equal(256, Huffman.Decode(Convert.FromHexString(EveryOctet), decoded));
        Assert.Equal(Enumerable.Range(0, 256).Select(octet => (byte)octet), decoded);
    }

    [Theory]
    [InlineData("00")] // the code of "0" and zeros behind it
    [InlineData("ffffffff")] // the end of the string
    [InlineData("1fff")] // more than seven ones behind "a"
    public void What_is_no_string_is_refused(string encoded) =>
        Assert.Throws<Http2Exception>(() => Huffman.Decode(Convert.FromHexString(encoded), new byte[8]));

    [Theory]
    [InlineData("80")] // index 0
    [InlineData("be")] // beyond the table
    [InlineData("4105")] // a string that ends early
    [InlineData("ff")] // a number that ends early
    [InlineData("ffffffffff7f")] // a number beyond all use
    [InlineData("3fe21f")] // a table of 4,097 octets
    [InlineData("8220")] // an update behind a field
    public void A_malformed_block_is_refused(string block)
    {
        var refusal = Assert.Throws<Http2Exception>(() => Read(new HpackDecoder(), Convert.FromHexString(block)));
        Assert.Equal(Http2Error.CompressionError, refusal.Error);
    }

    [Fact]
    public void What_the_writer_writes_is_read_back()
    {
        var block = new ArrayBufferWriter<byte>();
        HpackWriter.WriteStatus(block, 404);
        HpackWriter.WriteStatus(block, 421);
        HpackWriter.WriteField(block, "Content-Type", "text/plain");
        HpackWriter.WriteField(block, "X-Own", new string('x', 300));
        Assert.Equal($":status: 404, :status: 421, content-type: text/plain, x-own: {new string('x', 300)}",
            Read(new HpackDecoder(), block.WrittenSpan));
    }

    [Fact]
    public void A_list_has_a_bound_and_the_table_stays_level()
    {
        var decoder = new HpackDecoder();
        var fields = new HeaderList();
        var known = Convert.FromHexString("400161" + "0162");
        decoder.Decode([.. known, .. Enumerable.Repeat((byte)0xBE, HpackLimits.HeaderListBytes / 34 + 1)], fields);
        Assert.True(fields.IsTooLarge);
        Assert.Equal("a: b", Read(decoder, [0xBE]));
    }

    private static string Read(HpackDecoder decoder, ReadOnlySpan<byte> block)
    {
        var fields = new HeaderList();
        decoder.Decode(block, fields);
        return string.Join(", ", fields.Fields.ToArray().Select(field => $"{field.Name}: {field.Value}"));
    }
}
