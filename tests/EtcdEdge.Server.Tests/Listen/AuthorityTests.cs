// Goal: a URL in HTTP/2's authority becomes a host of the same length, wherever the connection's bytes are cut, and nothing else changes. Method: header blocks as
// grpc-go's encoder writes them, captured from etcdctl 3.4, one byte at a time and at once.
using System.Buffers;
using System.IO.Pipelines;
using EtcdEdge.Server.Listen;
using Xunit;

namespace EtcdEdge.Server.Tests.Listen;

public sealed class AuthorityTests
{
    private const string Preface = "505249202a20485454502f322e300d0a0d0a534d0d0a0d0a";
    private const string Settings = "000000040000000000";

    // :method POST, :scheme http, :path /etcdserverpb.KV/Range (literal, name indexed), :authority (literal, name indexed), then a field of its own name.
    private const string Start = "838645" + "95" + "627b6d8f2a1f2d6d3dc7bb1a64d7b1ee8bd3d1c5f1";
    private const string End = "4003782d61" + "0131";

    [Theory]
    [InlineData("4115687474703a2f2f3132372e302e302e313a32333739", "41157878787878787878787878787878787878787878" + "78")] // http://127.0.0.1:2379
    [InlineData("41909d29aee30c044eae05c0b86e09a7c21f", "4110" + "78787878787878787878787878787878")] // http://127.0.0.1:24911 in Huffman's code
    [InlineData("418c9d29ad171860112233445566", "410c" + "787878787878787878787878")] // https, likewise
    [InlineData("410e3132372e302e302e313a32333739", "410e3132372e302e302e313a32333739")] // a host
    [InlineData("4188089d5c0b8170dc0b", "4188089d5c0b8170dc0b")] // a host in Huffman's code
    [InlineData("be", "be")] // known from before
    public async Task An_authority_that_is_a_url_becomes_a_host(string sent, string expected)
    {
        var (input, output) = (Request(sent), Request(expected));
        Assert.Equal(output, await ReadAsync(input, input.Length));
        Assert.Equal(output, await ReadAsync(input, 1));
        Assert.Equal(output, await ReadAsync(input, 33));
    }

    [Fact]
    public async Task A_client_that_wrote_a_url_is_looked_at_on_all_its_requests()
    {
        const string url = "4115687474703a2f2f3132372e302e302e313a32333739", host = "41157878787878787878787878787878787878787878" + "78";
        var input = (byte[])[.. Request(url), .. Frame(0, "0011223344"), .. Frame(1, Start + "be" + End), .. Frame(1, Start + url + End)];
        var output = (byte[])[.. Request(host), .. Frame(0, "0011223344"), .. Frame(1, Start + "be" + End), .. Frame(1, Start + host + End)];
        Assert.Equal(output, await ReadAsync(input, input.Length));
        Assert.Equal(output, await ReadAsync(input, 7));
    }

    /// <summary>As etcdctl 3.4.23 sent it for "endpoint status" with --endpoints=http://127.0.0.1:24911.</summary>
    [Fact]
    public async Task A_captured_request_is_mended()
    {
        const string before = "0000000401000000000000770104000000018386459760a924882d9dcb6571afa066a925a87510ac6e48d36a3f";
        const string after = "5f8b1d75d0620d263d4c4d65647a8b9acac8b4c7602bb2caecff40027465864d833505b11f40899acac8b24d494f6a7f8669f0b8f362b7408d25062d49587599"
            + "6ee5b1063d5f03332e340000050001000000010000000000";
        const string authority = "41909d29aee30c044eae05c0b86e09a7c21f", host = "411078787878787878787878787878787878";
        var input = Convert.FromHexString(Preface + Settings + before + authority + after);
        Assert.Equal(Convert.FromHexString(Preface + Settings + before + host + after), await ReadAsync(input, input.Length));
    }

    [Fact]
    public async Task What_is_no_http2_passes()
    {
        var input = "GET http://127.0.0.1/ HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray();
        Assert.Equal(input, await ReadAsync(input, input.Length));
        Assert.Equal(input, await ReadAsync(input, 1));
    }

    private static byte[] Request(string authority) => [.. Convert.FromHexString(Preface + Settings), .. Frame(1, Start + authority + End)];

    private static byte[] Frame(byte type, string hex)
    {
        var payload = Convert.FromHexString(hex);
        return [(byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, type, 4, 0, 0, 0, 1, .. payload];
    }

    /// <summary>Everything that comes out of the reader when its input comes in pieces; every second read leaves half of it for the next.</summary>
    private static async Task<byte[]> ReadAsync(byte[] input, int piece)
    {
        var pipe = new Pipe();
        var reader = new AuthorityReader(pipe.Reader);
        var writing = WriteAsync(pipe.Writer, input, piece);
        var all = new List<byte>();
        for (var turn = 0; ; turn++)
        {
            var read = await reader.ReadAsync(TestContext.Current.CancellationToken);
            var taken = turn % 2 == 0 && !read.IsCompleted ? read.Buffer.Slice(0, read.Buffer.Length / 2) : read.Buffer;
            all.AddRange(taken.ToArray());
            reader.AdvanceTo(taken.End, taken.Length > 0 ? taken.End : read.Buffer.End);
            if (read.IsCompleted && taken.Length == read.Buffer.Length)
            {
                await writing;
                return [.. all];
            }
        }
    }

    private static async Task WriteAsync(PipeWriter writer, byte[] input, int piece)
    {
        for (var at = 0; at < input.Length; at += piece)
        {
            await writer.WriteAsync(input.AsMemory(at, Math.Min(piece, input.Length - at)));
        }

        await writer.CompleteAsync();
    }
}
