using EtcdEdge.Structure.Tests.Model;

namespace EtcdEdge.Structure.Tests.Dependencies;

/// <summary>The dependencies that the project files under src declare.</summary>
internal static class ProjectFiles
{
    /// <summary>References to projects, with the project file as their use.</summary>
    public static IEnumerable<Dependency> References(SourceModel model) =>
        from project in model.Projects
        from other in model.Projects
        where project.ProjectReferences.Contains(other.FullName)
        select new Dependency(Dependency.Projects, project.Name, other.Name);

    /// <summary>References to packages and shared frameworks.</summary>
    public static IEnumerable<Dependency> Packages(SourceModel model) =>
        from project in model.Projects
        from package in project.PackageReferences.Concat(project.FrameworkReferences)
        select new Dependency(Dependency.Packages, project.Name, package);
}
