using System.Buffers;
using System.Text;
using EtcdEdge.Http2;
using Xunit;

namespace EtcdEdge.Server.Tests.Listen;

public sealed class PrefaceTests
{
    private const string Http2 = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    [Fact]
    public void The_preface_is_recognised_only_when_it_is_whole()
    {
        for (var length = 0; length < Http2.Length; length++)
        {
            Assert.Null(Preface.IsHttp2(Bytes(Http2[..length])));
        }

        Assert.True(Preface.IsHttp2(Bytes(Http2)));
        Assert.True(Preface.IsHttp2(Bytes(Http2 + "more")));
    }

    [Theory]
    [InlineData("G")]
    [InlineData("PUT / HTTP/1.1")]
    [InlineData("PRI * HTTP/1.1\r\n")]
    [InlineData("\u0016")]
    public void Anything_else_is_not_HTTP2_at_its_first_different_byte(string start) => Assert.False(Preface.IsHttp2(Bytes(start)));

    private static ReadOnlySequence<byte> Bytes(string text) => new(Encoding.ASCII.GetBytes(text));
}
