using CsCheck;
using EtcdEdge.Api;
using EtcdEdge.Cli;
using EtcdEdge.Cli.Ctl.Grammar;

namespace EtcdEdge.Ctl.Tests;

public sealed class ComparisonTests
{
    [Theory]
    [InlineData("value(\"k\") = \"x\"", Compare.Types.CompareTarget.Value, Compare.Types.CompareResult.Equal)]
    [InlineData("val(\"k\") != \"x\"", Compare.Types.CompareTarget.Value, Compare.Types.CompareResult.NotEqual)]
    [InlineData("ver(\"k\") > \"1\"", Compare.Types.CompareTarget.Version, Compare.Types.CompareResult.Greater)]
    [InlineData("c(\"k\") < \"1\"", Compare.Types.CompareTarget.Create, Compare.Types.CompareResult.Less)]
    [InlineData("mod(\"k\") = \"-1\"", Compare.Types.CompareTarget.Mod, Compare.Types.CompareResult.Equal)]
    public void A_condition_has_a_target_and_an_operator(string line, Compare.Types.CompareTarget target, Compare.Types.CompareResult result)
    {
        var compare = Comparison.Parse(line);
        Assert.Equal((target, result, "k"), (compare.Target, compare.Result, compare.Key.ToStringUtf8()));
    }

    [Theory]
    [InlineData("nonsense", "malformed comparison: nonsense")]
    [InlineData("nonsense(\"a\") = \"b\"", "malformed comparison: nonsense(\"a\") = \"b\" (unknown target nonsense)")]
    [InlineData("mod(\"a\") = \"b\"", "invalid txn compare request: mod(\"a\") = \"b\"")]
    [InlineData("mod(a) = \"1\"", "malformed comparison: mod(a) = \"1\"; got mod(\"\")  \"\"")]
    public void A_wrong_condition_is_refused_in_etcdctls_words(string line, string error)
    {
        var failure = Assert.Throws<CliFailure>(() => Comparison.Parse(line));
        Assert.Equal((CliFailure.InvalidInput, error), (failure.ExitCode, failure.Message));
    }

    [Theory]
    [InlineData("value(\"a\") ~ \"b\"")]
    [InlineData("lease(\"a\") = \"0\"")]
    public void Where_etcdctl_panics_the_exit_code_is_the_panics(string line) =>
        Assert.Equal(2, Assert.Throws<CliFailure>(() => Comparison.Parse(line)).ExitCode);

    [Fact]
    public void Any_line_is_a_condition_or_refused()
    {
        var pieces = Pieces.Of("value", "mod(", "(", ")", "\"", "\\", " ", "=", "!=", "<", "0", "k", "\"k\"", "é", "\uD800");
        pieces.Array[0, 12].Sample(parts =>
        {
            try
            {
                Comparison.Parse(string.Concat(parts));
            }
            catch (CliFailure refused)
            {
                Assert.InRange(refused.ExitCode, 2, 3);
            }
        });
    }
}
