using System.Text.RegularExpressions;
using EtcdEdge.Configuration;
using EtcdEdge.Server.Api.Gateway;
using Xunit;

namespace EtcdEdge.Server.Tests.Documents;

// Goal: PARITY.md cannot go stale. Method: every RPC of the protos, every path of the gateway and every group of flags has a row;
// every row says one of three words and names tests that are there.
public sealed class ParityTableTests
{
    private static readonly Row[] s_rows = [.. Rows(File.ReadAllText(Path.Combine(Root(), "src", "EtcdEdge.Server", "Api", "PARITY.md")))];

    [Fact]
    public void Every_rpc_has_a_row()
    {
        var promised = s_rows.SelectMany(row => row.Names).ToHashSet();
        var real = Rpcs.All.Select(method => $"{method.Service.Name}.{method.Name}").ToHashSet();
        Assert.Equal(real.Order(), promised.Where(IsRpc).Order());
    }

    [Fact]
    public void Every_path_of_the_gateway_and_every_group_of_flags_has_a_row()
    {
        var promised = s_rows.SelectMany(row => row.Names).ToArray();
        Assert.All(GatewayRoutes.Paths, path =>
            Assert.Contains(promised, name => name.EndsWith('*') && path.StartsWith(name[..^1], StringComparison.Ordinal)));
        Assert.All(Enum.GetNames<FlagSection>(), section => Assert.Contains($"flags: {section}", promised));
    }

    [Fact]
    public void Every_row_says_how_it_stands_and_names_tests_that_are_there()
    {
        var files = Directory.EnumerateFiles(Path.Combine(Root(), "tests"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal)).Select(file => Path.GetFileNameWithoutExtension(file)).ToHashSet();
        Assert.All(s_rows, row =>
        {
            Assert.Contains(row.Stands, (string[])["supported", "differs", "refused"]);
            Assert.True(row.Stands == "supported" || row.How.Length > 0, $"{row.Names[0]} does not say how it differs");
            Assert.NotEmpty(row.Tests);
            Assert.All(row.Tests, test => Assert.True(files.Contains(test), $"{row.Names[0]} names {test}, which is not there"));
        });
    }

    /// <summary>As a method, "MoveLeaderAsync", or as etcdctl's command, "move-leader".</summary>
    [Fact]
    public void Every_rpc_is_called_by_a_test_that_its_row_names_and_every_such_test_calls_one()
    {
        Assert.All(s_rows.Where(row => row.Names.All(IsRpc)), row =>
        {
            var sources = row.Tests.ToDictionary(test => test, SourceOf);
            Assert.All(row.Names, rpc => Assert.True(sources.Values.Any(source => Calls(source, rpc)), $"{rpc} is in no test of its row"));
            Assert.All(sources, test =>
                Assert.True(row.Names.Any(rpc => Calls(test.Value, rpc)), $"{test.Key} calls nothing of the row of {row.Names[0]}"));
        });
    }

    private static bool IsRpc(string name) => Regex.IsMatch(name, @"^[A-Z][A-Za-z]+\.[A-Z]");

    private static bool Calls(string source, string rpc)
    {
        // etcdctl abbreviates one of them.
        var words = Regex.Matches(rpc.Split('.')[1], "[A-Z]+[a-z]*").Select(word => word.Value == "Defragment" ? "Defrag(ment)?" : word.Value);
        return Regex.IsMatch(source, $@"(?<!\w){string.Join(@"\W{0,4}", words)}(Async)?(?!\w)", RegexOptions.IgnoreCase);
    }

    /// <summary>The test, and what it runs.</summary>
    private static string SourceOf(string test)
    {
        var files = test switch
        {
            "DifferentialTests" => Directory.EnumerateFiles(Path.Combine(Root(), "tests", "EtcdEdge.Differential"), "*.cs"),
            "EtcdCtlOutputTests" => Directory.EnumerateFiles(Path.Combine(Root(), "tests", "EtcdEdge.EndToEnd.Tests", "Transcripts"), "*.sh"),
            _ => Directory.EnumerateFiles(Path.Combine(Root(), "tests"), test + ".cs", SearchOption.AllDirectories),
        };
        return string.Concat(files.Select(File.ReadAllText));
    }

    private static IEnumerable<Row> Rows(string document)
    {
        var table = Regex.Match(document, "<!-- parity -->\n(.*?)<!-- end of parity -->", RegexOptions.Singleline).Groups[1].Value;
        foreach (var line in table.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(2))
        {
            var cells = line.Trim('|').Split('|', StringSplitOptions.TrimEntries);
            yield return new Row(Quoted(cells[0]), cells[1], cells[2], Quoted(cells[3]));
        }
    }

    private static string[] Quoted(string cell) => [.. Regex.Matches(cell, "`([^`]+)`").Select(match => match.Groups[1].Value)];

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "EtcdEdge.sln")))
        {
            directory = directory.Parent;
        }

        return directory.FullName;
    }

    private sealed record Row(string[] Names, string Stands, string How, string[] Tests);
}
