namespace EtcdEdge.Structure.Tests.Model;

/// <summary>A repository in a temporary directory, for tests of the checks themselves. Disposing of it deletes the directory.</summary>
internal sealed class SampleRepository : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("structure").FullName;

    public SourceModel Model => new(new Repository(_root));

    /// <param name="file">Relative to the root: "src/EtcdEdge.A/B/C.cs".</param>
    public SampleRepository With(string file, string text)
    {
        var path = Path.Combine(_root, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return this;
    }

    /// <summary>Adds a project with these items in its project file.</summary>
    public SampleRepository WithProject(string name, string items = "") =>
        With($"src/EtcdEdge.{name}/EtcdEdge.{name}.csproj", $"<Project Sdk=\"Microsoft.NET.Sdk\"><ItemGroup>{items}</ItemGroup></Project>");

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
