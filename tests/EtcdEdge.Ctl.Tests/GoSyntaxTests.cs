using System.Text;
using CsCheck;
using EtcdEdge.Cli;

namespace EtcdEdge.Ctl.Tests;

public sealed class GoSyntaxTests
{
    [Theory]
    [InlineData("5s", 5000)]
    [InlineData("1h2m3.5s", 3723500)]
    [InlineData("300ms", 300)]
    [InlineData("-1.5m", -90000)]
    [InlineData("0", 0)]
    public void A_duration_is_read(string text, long milliseconds)
    {
        Assert.True(GoDuration.TryParse(text, out var value));
        Assert.Equal(milliseconds, value.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("x")]
    [InlineData("1.2.3s")]
    [InlineData("5 s")]
    [InlineData("9999999999h")]
    [InlineData("s")]
    public void Other_text_is_no_duration(string text) => Assert.False(GoDuration.TryParse(text, out _));

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(300, "30µs")]
    [InlineData(12_345, "1.2345ms")]
    [InlineData(15_000_000, "1.5s")]
    [InlineData(36_600_000_000, "1h1m0s")]
    [InlineData(-15_000_000, "-1.5s")]
    public void A_duration_is_printed_as_go_prints_it(long ticks, string text) => Assert.Equal(text, GoDuration.Format(TimeSpan.FromTicks(ticks)));

    [Fact]
    public void A_printed_duration_is_read_again() => Gen.Long[-1_000_000_000_000, 1_000_000_000_000].Sample(ticks =>
    {
        Assert.True(GoDuration.TryParse(GoDuration.Format(TimeSpan.FromTicks(ticks)), out var value));
        Assert.Equal(ticks, value.Ticks);
    });

    [Theory]
    [InlineData("1f", 16, 31)]
    [InlineData("-5", 10, -5)]
    [InlineData("9223372036854775807", 10, long.MaxValue)]
    public void A_number_is_read(string text, int radix, long value) => Assert.Equal(value, GoText.ParseInt(text, radix));

    [Theory]
    [InlineData("x", "strconv.ParseInt: parsing \"x\": invalid syntax")]
    [InlineData("", "strconv.ParseInt: parsing \"\": invalid syntax")]
    [InlineData("9223372036854775808", "strconv.ParseInt: parsing \"9223372036854775808\": value out of range")]
    public void Another_word_is_no_number(string text, string error) =>
        Assert.Equal(error, Assert.Throws<FormatException>(() => GoText.ParseInt(text, 10)).Message);

    [Fact]
    public void Bytes_are_quoted_as_go_quotes_them()
    {
        byte[] bytes = [.. Encoding.UTF8.GetBytes("a\"\\\n\té\u200b\u0001"), 0xff];
        Assert.Equal("\"a\\\"\\\\\\n\\té\\u200b\\x01\\xff\"", GoText.Quote(bytes));
    }

    [Fact]
    public void Any_bytes_survive_as_text() => Gen.Byte.Array.Sample(bytes => Assert.Equal(bytes, RawText.Encode(RawText.Decode(bytes))));
}
