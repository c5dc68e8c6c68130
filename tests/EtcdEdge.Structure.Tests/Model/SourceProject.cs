using System.Xml.Linq;

namespace EtcdEdge.Structure.Tests.Model;

/// <summary>One project under src, read from its project file.</summary>
internal sealed class SourceProject
{
    private const string CommonPrefix = "EtcdEdge.";
    private readonly XDocument _document;

    private SourceProject(string file)
    {
        _document = XDocument.Load(file);
        File = file;
        FullName = Path.GetFileNameWithoutExtension(file);
        AssemblyName = Property("AssemblyName") ?? FullName;
        RootNamespace = Property("RootNamespace") ?? FullName;
        SourceFiles = [.. Sources()];
    }

    public string File { get; }

    public string Directory => Path.GetDirectoryName(File)!;

    /// <summary>As the project file is called: EtcdEdge.Server.</summary>
    public string FullName { get; }

    /// <summary>The full name without the common prefix: Server.</summary>
    public string Name => FullName.StartsWith(CommonPrefix, StringComparison.Ordinal) ? FullName[CommonPrefix.Length..] : FullName;

    public string AssemblyName { get; }

    public string RootNamespace { get; }

    /// <summary>The hand-written C# files, sorted.</summary>
    public IReadOnlyList<string> SourceFiles { get; }

    /// <summary>Full names of the referenced projects.</summary>
    public IEnumerable<string> ProjectReferences => Includes("ProjectReference")
        .Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/')));

    public IEnumerable<string> PackageReferences => Includes("PackageReference");

    /// <summary>Packages that only the build uses, such as analyzers and code generators: they do not become a dependency of the program.</summary>
    public IEnumerable<string> BuildPackages =>
        _document.Descendants("PackageReference").Where(item => (string?)item.Attribute("PrivateAssets") == "all").Select(Include);

    public IEnumerable<string> FrameworkReferences => Includes("FrameworkReference");

    public IEnumerable<string> Friends => Includes("InternalsVisibleTo");

    public IEnumerable<string> GlobalUsings => Includes("Using");

    public static IReadOnlyList<SourceProject> All(Repository repository) =>
        [.. System.IO.Directory.EnumerateFiles(Path.Combine(repository.Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(file => new SourceProject(file))];

    /// <summary>The directory of a source file relative to the project, "" for the project's own directory.</summary>
    public string FolderOf(string file)
    {
        var folder = Path.GetRelativePath(Directory, Path.GetDirectoryName(file)!);
        return folder == "." ? "" : folder;
    }

    private static string Include(XElement item) => (string?)item.Attribute("Include") ?? "";

    private string? Property(string name) => _document.Descendants(name).FirstOrDefault()?.Value;

    private IEnumerable<string> Includes(string item) => _document.Descendants(item).Select(Include).Where(include => include.Length > 0);

    private IEnumerable<string> Sources() =>
        System.IO.Directory.EnumerateFiles(Directory, "*.cs", SearchOption.AllDirectories)
            .Where(file => FolderOf(file).Split('/')[0] is not ("bin" or "obj"))
            .Order(StringComparer.Ordinal);
}
