using CsCheck;
using EtcdEdge.Cli;
using EtcdEdge.Cli.Ctl.Grammar;

namespace EtcdEdge.Ctl.Tests;

public sealed class WordsTests
{
    [Theory]
    [InlineData("put k v", "put|k|v")]
    [InlineData("  put\tk   v  ", "put|k|v")]
    [InlineData("put k \"two words\"", "put|k|two words")]
    [InlineData("put k 'two words'", "put|k|two words")]
    [InlineData("put 'a\"b' \"c'd\"", "put|a\"b|c'd")]
    [InlineData("put \"q\\\"k\" x", "put|q\"k|x")]
    [InlineData("put \\\"v\\\" x", "put|\\\"v\\\"|x")]
    [InlineData("put \"\" ''", "put||")]
    [InlineData("put \"\\x41\\101\\u0042\\n\"", "put|AAB\n")]
    [InlineData("get --prefix=\"\" k", "get|--prefix=\"\"|k")]
    [InlineData("", "")]
    public void A_line_is_split_into_words(string line, string words) =>
        Assert.Equal(words.Length == 0 ? [] : words.Split('|'), Words.Split(line));

    [Fact]
    public void A_wrong_escape_is_invalid_input()
    {
        var failure = Assert.Throws<CliFailure>(() => Words.Split("put \"\\q\" x"));
        Assert.Equal(CliFailure.InvalidInput, failure.ExitCode);
    }

    [Fact]
    public void Any_line_is_split_or_refused() => Gen.String.Sample(line =>
    {
        try
        {
            Words.Split(line);
        }
        catch (CliFailure refused)
        {
            Assert.Equal(CliFailure.InvalidInput, refused.ExitCode);
        }
    });

    [Fact]
    public void A_quoted_word_is_read_as_it_was_written() => Gen.Byte.Array.Sample(bytes =>
    {
        var word = RawText.Decode(bytes);
        Assert.Equal([word, "next"], Words.Split($"{GoText.Quote(bytes)} next"));
    });
}
