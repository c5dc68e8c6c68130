using EtcdEdge.Structure.Tests.Dependencies;

namespace EtcdEdge.Structure.Tests;

/// <summary>The table's format, and the comparison with the source.</summary>
public class DependencyTableTests
{
    private static readonly Dependency s_row = new("Server", "Node", "Watch");
    private static readonly Dictionary<Dependency,
        List<Use>> s_uses = new() { [s_row] = [new Use("src/EtcdEdge.Server/Node/NodeLoop.cs:7", "WatchHub.Notify")] };

    [Fact]
    public void A_formatted_table_is_parsed_to_the_same_rows()
    {
        var reasons = new Dictionary<Dependency,
            string>
        { [s_row] = "Applied events are sent.", [new Dependency("projects", "B", "A")] = "B is built on A." };
        Assert.Equal(reasons, DependencyTable.Parse(DependencyTable.Format(reasons.Keys, reasons).Split('\n')).Reasons);
    }

    [Fact]
    public void A_folder_stands_above_the_folders_that_it_uses()
    {
        var text = DependencyTable.Format([new("P", "B", "C"), new("P", "A", "B")], new Dictionary<Dependency, string>());
        Assert.Equal("\n[P]\nA\n    B  ?\nB\n    C  ?\n", text);
    }

    [Theory]
    [InlineData("[P]\nA\n    B")]
    [InlineData("[P]\n    B  reason")]
    [InlineData("[P]\nA\n    B  reason\n    B  reason")]
    public void A_wrong_line_is_refused(string text) => Assert.Throws<FormatException>(() => DependencyTable.Parse(text.Split('\n')));

    [Fact]
    public void A_dependency_without_a_row_is_reported_with_folders_file_and_identifier()
    {
        var violation = Assert.Single(DependencyChecks.NotAllowed(s_uses, DependencyTable.Parse([])));
        Assert.StartsWith("src/EtcdEdge.Server/Node/NodeLoop.cs:7: Node must not use WatchHub.Notify of Watch: ", violation);
        Assert.Empty(DependencyChecks.NotAllowed(s_uses, DependencyTable.Parse(["[Server]", "Node", "    Watch  reason"])));
    }

    [Fact]
    public void A_row_that_nothing_uses_is_reported()
    {
        var violation = Assert.Single(DependencyChecks.NotUsed([], [s_row]));
        Assert.EndsWith("nothing uses the row [Server] Node -> Watch; remove it", violation);
        Assert.Empty(DependencyChecks.NotUsed([s_row], [s_row]));
    }

    [Fact]
    public void A_row_without_a_reason_is_reported() =>
        Assert.Single(DependencyChecks.WithoutReason(DependencyTable.Parse(["[P]", "A", "    B  ?", "    C  reason"])));

    [Fact]
    public void A_package_of_two_projects_is_reported() =>
        Assert.Equal("package LiteDB is referenced by A and B; reference it in one project and let the others use that project",
            Assert.Single(DependencyChecks.PackagesOfSeveralProjects([("A", "LiteDB"), ("B", "LiteDB"), ("B", "YamlDotNet")])));
}
