using System.Text.RegularExpressions;
using Xunit;

namespace EtcdEdge.EndToEnd.Tests.Ctl;

// Claim: our etcdctl has every command and flag of etcdctl. Method: reads the help pages of Debian's etcdctl, command by command.
public sealed partial class CtlHelpTests
{
    private static readonly Dictionary<string, string> s_leftOut = new()
    {
        ["migrate"] = "converts the v2 store of etcd 3.4, which EtcdEdge does not have",
    };

    [Theory]
    [InlineData("3.4")]
    [InlineData("3.5")]
    public async Task Every_command_and_flag_of_etcdctl_is_known(string version)
    {
        var root = await Command.OutputOfAsync(Binaries.EtcdCtl(version), "help");
        var commands = Commands().Matches(root).Select(match => match.Groups[1].Value).ToArray();
        Assert.Contains("lease timetolive", commands);
        await AssertFlagsAsync("version", root[root.IndexOf("OPTIONS", StringComparison.Ordinal)..]);
        foreach (var command in commands.Where(command => command != "help" && !s_leftOut.ContainsKey(command)))
        {
            await AssertFlagsAsync(command, await Command.OutputOfAsync(Binaries.EtcdCtl(version), ["help", .. command.Split(' ')]));
        }
    }

    // A flag that is not known is an error before --help is looked at.
    private static async Task AssertFlagsAsync(string command, string help)
    {
        foreach (Match flag in Flags().Matches(help))
        {
            string[] words = [.. command.Split(' '), $"--{flag.Groups[1].Value}={Value(flag.Groups[2].Value)}", "--help"];
            var done = await Command.RunAsync(CtlBinary.File, words);
            Assert.True(done.ExitCode == 0, $"etcdctl {string.Join(' ', words)}: {done.Error}");
            Assert.Contains("etcdctl " + command, done.Output, StringComparison.Ordinal);
        }
    }

    private static string Value(string shown) => shown.Trim('[', ']', '=', '"') is { Length: > 0 } value ? value : "";

    [GeneratedRegex(@"^\t([a-z-]+(?: [a-z-]+)?)\t+[A-Z\[]", RegexOptions.Multiline)]
    private static partial Regex Commands();

    [GeneratedRegex(@"^ +(?:-\w, )?--([a-z-]+)(\S*)", RegexOptions.Multiline)]
    private static partial Regex Flags();
}
