using EtcdEdge.Base.Cryptography;
using Xunit;

namespace EtcdEdge.Server.Tests.Interchange;

// Goal: our SHA-256 is SHA-256. Method: every length around the block's edges in odd pieces, beside the framework's, which is loaded here anyway.
public sealed class Sha256Tests
{
    [Fact]
    public void It_agrees_with_the_framework_s_at_every_length()
    {
        var content = new byte[400];
        new Random(1).NextBytes(content);
        for (var length = 0; length <= content.Length; length++)
        {
            var digest = new Sha256(useOpenSsl: false);
            for (var at = 0; at < length; at += 1 + (at % 71))
            {
                digest.Append(content.AsSpan(at, Math.Min(1 + (at % 71), length - at)));
            }

            Assert.Equal(System.Security.Cryptography.SHA256.HashData(content.AsSpan(0, length)), digest.Finish());
        }
    }

    [Fact]
    public void It_agrees_with_the_published_vector() =>
        Assert.Equal("BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD", Convert.ToHexString(Of("abc"u8)));

    [Fact]
    public void The_framework_s_is_used_for_the_same()
    {
        var digest = new Sha256();
        digest.Append("ab"u8);
        digest.Append("c"u8);
        Assert.Equal(Of("abc"u8), digest.Finish());
    }

    private static byte[] Of(ReadOnlySpan<byte> content)
    {
        var digest = new Sha256(useOpenSsl: false);
        digest.Append(content);
        return digest.Finish();
    }
}
