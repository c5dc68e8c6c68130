using EtcdEdge.Structure.Tests.Dependencies;
using EtcdEdge.Structure.Tests.Model;

namespace EtcdEdge.Structure.Tests;

/// <summary>The walker finds the dependencies of small projects.</summary>
public class DependencyWalkerTests
{
    private const string Callee =
        "namespace EtcdEdge.A.Callee; static class S { public const int Limit = 1; public static int Twice(this int x) => 2 * x; } class T;";

    [Theory]
    [InlineData("int F() => S.Limit;", "S")]
    [InlineData("string F() => nameof(S);", "S")]
    [InlineData("int F() => 1.Twice();", "S.Twice")]
    [InlineData("T? F() => null;", "T")]
    [InlineData("void F(System.Collections.Generic.List<T> x) { }", "T")]
    public void A_name_creates_a_dependency_between_folders(string member, string identifier)
    {
        using var sample = Sample($"using EtcdEdge.A.Callee; namespace EtcdEdge.A.Caller;\nclass C {{ {member} }}");
        var (dependency, uses) = Assert.Single(Walk(sample));
        Assert.Equal(new Dependency("A", "Caller", "Callee"), dependency);
        Assert.Equal(new Use("src/EtcdEdge.A/Caller/C.cs:2", identifier), uses[0]);
    }

    [Fact]
    public void Using_directives_and_comments_create_no_dependency()
    {
        using var sample = Sample("using EtcdEdge.A.Callee;\nnamespace EtcdEdge.A.Caller;\n/// <summary>See <see cref=\"T\"/>.</summary>\nclass C;");
        Assert.Empty(Walk(sample));
    }

    [Fact]
    public void Files_directly_in_a_project_are_a_folder_of_their_own()
    {
        using var sample = Sample("namespace EtcdEdge.A.Caller; class C;").With("src/EtcdEdge.A/R.cs", "namespace EtcdEdge.A; class R : Callee.T;");
        Assert.Equal(new Dependency("A", Dependency.Root, "Callee"), Assert.Single(Walk(sample)).Key);
    }

    [Fact]
    public void Internal_members_of_another_project_create_a_dependency_between_projects()
    {
        using var sample = new SampleRepository().WithProject("A", "<InternalsVisibleTo Include=\"EtcdEdge.B\" />")
            .With("src/EtcdEdge.A/T.cs", "namespace EtcdEdge.A; class T;")
            .WithProject("B", "<ProjectReference Include=\"../EtcdEdge.A/EtcdEdge.A.csproj\" />")
                .With("src/EtcdEdge.B/U.cs", "namespace EtcdEdge.B; class U : A.T;");
        Assert.Equal(new Dependency(Dependency.Projects, "B", "A"), Assert.Single(Walk(sample)).Key);
    }

    [Fact]
    public void A_cycle_is_reported_with_the_places_that_create_it()
    {
        using var sample = Sample("namespace EtcdEdge.A.Caller; class C { Callee.T? _t; }")
            .With("src/EtcdEdge.A/Callee/D.cs", "namespace EtcdEdge.A.Callee; class D : Caller.C;");
        var violation = Assert.Single(DependencyChecks.InCycles(Walk(sample)));
        Assert.StartsWith("cycle in A: Callee -> Caller -> Callee; ", violation);
        Assert.Contains("src/EtcdEdge.A/Callee/D.cs:1 uses C", violation);
        Assert.Contains("src/EtcdEdge.A/Caller/C.cs:1 uses T", violation);
    }

    [Fact]
    public void A_namespace_other_than_the_folder_is_found()
    {
        using var sample = Sample("namespace EtcdEdge.A.Elsewhere; class C;");
        var model = sample.Model;
        Assert.Equal("src/EtcdEdge.A/Caller/C.cs:1: the namespace is EtcdEdge.A.Elsewhere; rename it to EtcdEdge.A.Caller, or move the file",
            Assert.Single(Namespaces.Violations(model, model.Projects[0])));
    }

    private static SampleRepository Sample(string caller) =>
        new SampleRepository().WithProject("A").With("src/EtcdEdge.A/Callee/S.cs", Callee).With("src/EtcdEdge.A/Caller/C.cs", caller);

    private static IReadOnlyDictionary<Dependency, List<Use>> Walk(SampleRepository sample)
    {
        var model = sample.Model;
        return DependencyWalker.Walk(model, NameBinder.Bind(model));
    }
}
