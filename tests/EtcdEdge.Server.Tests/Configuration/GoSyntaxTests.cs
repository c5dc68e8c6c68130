using CsCheck;
using EtcdEdge.Configuration;
using Xunit;

namespace EtcdEdge.Server.Tests.Configuration;

/// <summary>Goal: values read as Go reads them. Method: Go's own documented cases, and a round trip over random durations.</summary>
public sealed class GoSyntaxTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("5s", 5_000)]
    [InlineData("30s", 30_000)]
    [InlineData("1478s", 1_478_000)]
    [InlineData("-5s", -5_000)]
    [InlineData("+5s", 5_000)]
    [InlineData("5.6s", 5_600)]
    [InlineData(".5s", 500)]
    [InlineData("1h30m", 5_400_000)]
    [InlineData("2h3m4s", 7_384_000)]
    [InlineData("100ms", 100)]
    [InlineData("39h9m14.425s", 140_954_425)]
    public void A_duration_reads_as_in_Go(string text, long milliseconds)
    {
        Assert.True(GoSyntax.TryParseDuration(text, out var value));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("3")]
    [InlineData("-")]
    [InlineData("s")]
    [InlineData(".")]
    [InlineData(".s")]
    [InlineData("3000000h")]
    [InlineData("1d")]
    [InlineData("1 h")]
    public void What_Go_refuses_as_a_duration_is_refused(string text) => Assert.False(GoSyntax.TryParseDuration(text, out _));

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(100, "100ms")]
    [InlineData(1_500, "1.5s")]
    [InlineData(60_000, "1m0s")]
    [InlineData(5_400_000, "1h30m0s")]
    [InlineData(-5_000, "-5s")]
    public void A_duration_prints_as_in_Go(long milliseconds, string text) =>
        Assert.Equal(text, GoSyntax.Format(TimeSpan.FromMilliseconds(milliseconds)));

    [Fact]
    public void A_printed_duration_reads_back() =>
        Gen.Long[-TimeSpan.TicksPerDay * 9_000, TimeSpan.TicksPerDay * 9_000].Sample(ticks =>
            GoSyntax.TryParseDuration(GoSyntax.Format(TimeSpan.FromTicks(ticks)), out var back) && back.Ticks == ticks);

    [Theory]
    [InlineData("1_000", 1000)]
    [InlineData("0x10", 16)]
    [InlineData("010", 8)]
    [InlineData("-7", -7)]
    [InlineData("0b101", 5)]
    public void An_integer_reads_as_in_Go(string text, int value)
    {
        Assert.True(GoSyntax.TryParseInteger(text, out var read));
        Assert.Equal(value, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("08")]
    [InlineData("1e3")]
    [InlineData("ten")]
    public void What_Go_refuses_as_an_integer_is_refused(string text) => Assert.False(GoSyntax.TryParseInteger(text, out _));
}
