using CsCheck;
using EtcdEdge.Cli;
using EtcdEdge.Cli.Ctl;
using EtcdEdge.Cli.Ctl.Session;

namespace EtcdEdge.Ctl.Tests;

public sealed class CliLineTests
{
    private static readonly CliCommand s_command = new()
    {
        Name = "test",
        Short = "",
        Flags =
        [
            new CliFlag("interactive", "", "", Short: 'i'), new CliFlag("write-out", "string", "", "simple", 'w'),
                new CliFlag("list", "strings", "", "a,b"),
            new CliFlag("time", "duration", "", "5s"), new CliFlag("on", "", "", "true"),
        ],
    };

    [Theory]
    [InlineData("-iw json x", "x")]
    [InlineData("x -i -wjson", "x")]
    [InlineData("-i=true --write-out json x", "x")]
    [InlineData("--interactive --write-out=json -- x", "x")]
    public void Flags_have_pflags_forms(string line, string arguments)
    {
        var call = Parse(line.Split(' '));
        Assert.True(call.IsOn("interactive"));
        Assert.Equal(("json", arguments), (call.Text("write-out"), string.Join(' ', call.Arguments)));
    }

    [Fact]
    public void A_repeated_list_is_joined_and_replaces_its_default() =>
        Assert.Equal(["c", "d", "e"], Parse("--list=c", "--list=d, e").List("list"));

    [Fact]
    public void Defaults_hold_for_flags_that_are_not_given()
    {
        var call = Parse();
        Assert.True(call.IsOn("on") && !call.IsOn("interactive") && !call.IsGiven("on"));
        Assert.Equal(TimeSpan.FromSeconds(5), call.Duration("time"));
    }

    [Theory]
    [InlineData("--nonsense", "unknown flag: --nonsense")]
    [InlineData("-x", "unknown shorthand flag: 'x' in -x")]
    [InlineData("--write-out", "flag needs an argument: --write-out")]
    [InlineData("-w", "flag needs an argument: 'w' in -w")]
    [InlineData("--time=5", "invalid argument \"5\" for \"--time\" flag: time: invalid duration \"5\"")]
    [InlineData("-i=x", "invalid argument \"x\" for \"-i, --interactive\" flag: strconv.ParseBool: parsing \"x\": invalid syntax")]
    public void A_wrong_flag_is_named_in_pflags_words(string word, string complaint) =>
        Assert.Equal(complaint, new CliLine([s_command]).Parse([word]));

    [Fact]
    public void Any_words_are_read_or_named()
    {
        var words = Pieces.Of("--", "-", "-i", "-w", "--list", "--list=", "x", "=", "--=", "-=", "--time", "5s", "-ixw", "--on=maybe", "");
        words.Array[0, 6].Sample(line => new CliLine([s_command]).Parse([.. line]));
    }

    [Theory]
    [InlineData("nonsense", 1, "Error: unknown command \"nonsense\" for \"etcdctl\"\nRun 'etcdctl --help' for usage.\n")]
    [InlineData("gte", 1, "Error: unknown command \"gte\" for \"etcdctl\"\n\nDid you mean this?\n\tget\n\nRun 'etcdctl --help' for usage.\n")]
    public void An_unknown_command_is_named(string word, int exitCode, string error)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        Assert.Equal(exitCode, new CliTool(CtlTool.Root, output, errors).Run([word]));
        Assert.Equal(("", error), (output.ToString(), errors.ToString()));
    }

    [Fact]
    public void Every_command_has_a_help_page_whose_flags_are_unique()
    {
        foreach (var path in Paths([CtlTool.Root]))
        {
            using var output = new StringWriter();
            Assert.Equal(0, new CliTool(CtlTool.Root, output, output).Run([.. path.Skip(1).Select(command => command.Name), "--help"]));
            Assert.Contains("Usage:", output.ToString(), StringComparison.Ordinal);
            var flags = path.SelectMany(command => command.GlobalFlags).Concat(path[^1].Flags).Select(flag => flag.Name).ToArray();
            Assert.Equal(flags.Distinct(), flags);
        }
    }

    private static IEnumerable<CliCommand[]> Paths(CliCommand[] path) =>
        path[^1].Children.SelectMany(child => Paths([.. path, child])).Prepend(path);

    private static CliCall Parse(params string[] words)
    {
        var line = new CliLine([s_command]);
        Assert.Null(line.Parse([.. words]));
        return line.ToCall();
    }
}
