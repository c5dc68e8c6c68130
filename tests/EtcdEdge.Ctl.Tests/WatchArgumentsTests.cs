using EtcdEdge.Cli;
using EtcdEdge.Cli.Ctl.Commands;
using EtcdEdge.Cli.Ctl.Grammar;

namespace EtcdEdge.Ctl.Tests;

public sealed class WatchArgumentsTests
{
    [Theory]
    [InlineData("foo", "", "", "foo", "")]
    [InlineData("foo bar", "", "", "foo,bar", "")]
    [InlineData("foo --rev 1 bar -- echo hello", "", "", "foo,bar", "echo,hello")]
    [InlineData("--prefix foo -- sh -c x", "", "", "foo", "sh,-c,x")]
    [InlineData("", "foo", "", "foo", "")]
    [InlineData("", "foo", "bar", "foo,bar", "")]
    [InlineData("-- echo hello", "foo", "bar", "foo,bar", "echo,hello")]
    public void Keys_and_command_are_told_apart(string line, string key, string end, string keys, string command)
    {
        var arguments = WatchArguments.Parse(Call(line), key, end);
        Assert.Equal(keys, string.Join(',', arguments.Keys));
        Assert.Equal(command, string.Join(',', arguments.Command));
    }

    [Theory]
    [InlineData("", "", "bad number of arguments")]
    [InlineData("foo --", "", "bad number of arguments (found separator --, but no commands)")]
    [InlineData("foo", "key", "bad number of arguments (found conflicting environment key)")]
    [InlineData("foo -- echo", "key", "bad number of arguments (found conflicting environment key)")]
    public void Wrong_arguments_are_refused_in_etcdctls_words(string line, string key, string error)
    {
        var failure = Assert.Throws<CliFailure>(() => WatchArguments.Parse(Call(line), key, ""));
        Assert.Equal((CliFailure.BadArguments, error), (failure.ExitCode, failure.Message));
    }

    [Fact]
    public void A_prefix_has_no_second_key()
    {
        var call = Call("a b --prefix");
        Assert.Throws<CliFailure>(() => WatchArguments.Parse(call, "", "").Request(call));
    }

    private static CliCall Call(string line)
    {
        var parsed = new CliLine([WatchCommand.Command]);
        Assert.Null(parsed.Parse(Words.Split(line)));
        return parsed.ToCall();
    }
}
