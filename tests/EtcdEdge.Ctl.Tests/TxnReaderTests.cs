using System.Text;
using CsCheck;
using EtcdEdge.Cli;
using EtcdEdge.Cli.Ctl.Commands;
using EtcdEdge.Cli.Output;

namespace EtcdEdge.Ctl.Tests;

public sealed class TxnReaderTests
{
    [Fact]
    public void Three_parts_are_read()
    {
        var request = Read("mod(\"k\") > \"0\"\nver(\"k\") = \"1\"\n\nput k \"two words\" --prev-kv\nget --prefix k\n\ndel k\n\n");
        Assert.Equal((2, 2, 1), (request.Compare.Count, request.Success.Count, request.Failure.Count));
        Assert.Equal("two words", request.Success[0].RequestPut.Value.ToStringUtf8());
        Assert.True(request.Success[0].RequestPut.PrevKv);
        Assert.Equal("l", request.Success[1].RequestRange.RangeEnd.ToStringUtf8());
        Assert.Equal("k", request.Failure[0].RequestDeleteRange.Key.ToStringUtf8());
    }

    [Theory]
    [InlineData("\n\n", "EOF")]
    [InlineData("", "EOF")]
    [InlineData("\nnonsense\n\n\n", "invalid txn compare request: nonsense")]
    [InlineData("\nnonsense x\n\n\n", "invalid txn request: nonsense x")]
    [InlineData("\nput k v --nonsense\n\n\n", "invalid txn request: put k v --nonsense")]
    public void A_wrong_transaction_is_invalid_input(string text, string error)
    {
        var failure = Assert.Throws<CliFailure>(() => Read(text));
        Assert.Equal((CliFailure.InvalidInput, error), (failure.ExitCode, failure.Message));
    }

    [Fact]
    public void Any_request_is_read_or_refused()
    {
        var pieces = Pieces.Of("put ", "get ", "k ", "\"a b\" ", "--prefix ", "--lease=", "12 ", "-- ", "--rev=x ", "'", "\"", "--limit ", "\\");
        pieces.Array[0, 8].Sample(parts =>
        {
            try
            {
                // A value that is missing would be read from stdin.
                TxnReader.ParseRequest(string.Concat(parts).Replace("put ", "put k v ", StringComparison.Ordinal));
            }
            catch (CliFailure)
            {
            }
        });
    }

    private static Api.TxnRequest Read(string text) => new TxnReader(new LineReader(new MemoryStream(Encoding.UTF8.GetBytes(text))), _ => { }).Read();
}
