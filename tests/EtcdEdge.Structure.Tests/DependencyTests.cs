using EtcdEdge.Structure.Tests.Dependencies;
using EtcdEdge.Structure.Tests.Model;

namespace EtcdEdge.Structure.Tests;

/// <summary>
/// Compares the dependencies between projects, and between the folders of each project, with the table in dependencies.txt.
/// The dependencies come from Roslyn's semantic model over the source, not from the built assemblies: constants, nameof and static usings leave no
/// trace in an assembly, and a message can name the line. Compiling and binding all of src takes about 6 s on two cores.
/// </summary>
public class DependencyTests
{
    private static readonly Lazy<IReadOnlyDictionary<Dependency,
        List<Use>>> s_uses = new(() => DependencyWalker.Walk(SourceModel.Current, NameBinder.Current));

    /// <summary>
    /// The compiler's errors for a name that it cannot find. Others are expected: the bodies that source generators write are missing.
    /// </summary>
    private static readonly string[] s_unresolved = ["CS0012", "CS0103", "CS0117", "CS0122", "CS0234", "CS0246", "CS1061"];

    internal static DependencyTable Table() => DependencyTable.Parse(Repository.Current.ReadLines(DependencyTable.FileName));

    [Fact]
    public void Every_name_in_the_source_is_resolved() =>
        Violations.AssertNone(SourceModel.Current.Diagnostics.Where(diagnostic => s_unresolved.Contains(diagnostic.Id))
            .Select(diagnostic => diagnostic.ToString()));

    [Fact]
    public void Every_dependency_is_in_the_table() => Violations.AssertNone(DependencyChecks.NotAllowed(s_uses.Value, Table()));

    [Fact]
    public void Every_row_of_the_table_is_used() =>
        Violations.AssertNone(DependencyChecks.NotUsed(s_uses.Value.Keys.Union(ProjectFiles.Packages(SourceModel.Current)), Table().Reasons.Keys));

    [Fact]
    public void Every_row_of_the_table_has_a_reason() => Violations.AssertNone(DependencyChecks.WithoutReason(Table()));

    [Fact]
    public void No_dependencies_form_a_cycle() => Violations.AssertNone(DependencyChecks.InCycles(s_uses.Value));

    [Fact]
    public void Project_and_package_references_equal_the_table()
    {
        var declared = ProjectFiles.References(SourceModel.Current).Concat(ProjectFiles.Packages(SourceModel.Current)).ToList();
        var rows = Table().Reasons.Keys.Where(row => row.Graph is Dependency.Projects or Dependency.Packages).ToList();
        Violations.AssertNone(
        [
            .. declared.Except(rows).Select(row => $"{DependencyTable.FileName}: a project file has the reference {row}; add it with its reason"),
            .. rows.Except(declared).Select(row => $"{DependencyTable.FileName}: no project file has the reference {row}; remove the row"),
        ]);
    }

    [Fact]
    public void A_package_is_referenced_by_one_project() =>
        Violations.AssertNone(DependencyChecks.PackagesOfSeveralProjects(
            from project in SourceModel.Current.Projects
            from package in project.PackageReferences.Except(project.BuildPackages)
            select (project.Name, package)));

    [Fact]
    public void Namespaces_equal_folder_paths() =>
        Violations.AssertNone(
            from project in SourceModel.Current.Projects
            where project.SourceFiles.Count > 0
            from violation in Namespaces.Violations(SourceModel.Current, project)
            select violation);
}
