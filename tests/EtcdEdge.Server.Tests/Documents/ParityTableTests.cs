using System.Text.RegularExpressions;
using EtcdEdge.Server.Configuration;
using EtcdEdge.Server.Gateway;
using Xunit;

namespace EtcdEdge.Server.Tests.Documents;

// Goal: the readme's parity table cannot go stale. Method: every RPC of the protos, every path of the gateway and every group of flags has a row; every row
// says one of three words and names tests that are there.
public sealed class ParityTableTests
{
    private static readonly Row[] s_rows = [.. Rows(File.ReadAllText(Path.Combine(Root(), "README.md")))];

    [Fact]
    public void Every_rpc_has_a_row()
    {
        var promised = s_rows.SelectMany(row => row.Names).ToHashSet();
        var real = Rpcs.All.Select(method => $"{method.Service.Name}.{method.Name}").ToHashSet();
        Assert.Equal(real.Order(), promised.Where(name => Regex.IsMatch(name, @"^[A-Z][A-Za-z]+\.[A-Z]")).Order());
    }

    [Fact]
    public void Every_path_of_the_gateway_and_every_group_of_flags_has_a_row()
    {
        var promised = s_rows.SelectMany(row => row.Names).ToArray();
        Assert.All(GatewayRoutes.Paths, path => Assert.Contains(promised, name => name.EndsWith('*') && path.StartsWith(name[..^1], StringComparison.Ordinal)));
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

    private static IEnumerable<Row> Rows(string readme)
    {
        var table = Regex.Match(readme, "<!-- parity -->\n(.*?)<!-- end of parity -->", RegexOptions.Singleline).Groups[1].Value;
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
