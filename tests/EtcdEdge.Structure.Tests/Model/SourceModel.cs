using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace EtcdEdge.Structure.Tests.Model;

/// <summary>
/// The projects under src, compiled in memory from their source files. A project without C# files of its own (EtcdEdge.Api, whose code is generated)
/// is referenced as the assembly next to the test. Source generators do not run: what they add never names a folder that the source does not name.
/// </summary>
internal sealed class SourceModel
{
    private static readonly Lazy<SourceModel> s_current = new(() => new SourceModel(Repository.Current));
    private readonly Dictionary<string, CSharpCompilation> _compilations = [];
    private readonly Dictionary<string, MetadataReference> _assemblies = [];

    private readonly Lazy<List<Diagnostic>> _diagnostics;

    public SourceModel(Repository repository)
    {
        _diagnostics = new(() => [.. _compilations.Values.SelectMany(compilation => compilation.GetDiagnostics())]);
        Repository = repository;
        Projects = SourceProject.All(repository);
        LoadAssemblies();
        foreach (var project in Projects)
        {
            Compile(project);
        }
    }

    /// <summary>The model of the repository that holds the test.</summary>
    public static SourceModel Current => s_current.Value;

    public Repository Repository { get; }

    public IReadOnlyList<SourceProject> Projects { get; }

    /// <summary>The compiler's messages, hidden ones included.</summary>
    public IEnumerable<Diagnostic> Diagnostics => _diagnostics.Value;

    public CSharpCompilation CompilationOf(SourceProject project) => _compilations[project.FullName];

    /// <summary>The hand-written trees of a project; their file paths are absolute.</summary>
    public IEnumerable<SyntaxTree> TreesOf(SourceProject project) => CompilationOf(project).SyntaxTrees.Where(tree => tree.FilePath.Length > 0);

    /// <summary>Where a node starts, as "src/EtcdEdge.Server/Node/NodeLoop.cs:12".</summary>
    public string Location(SyntaxNode node) => Location(node.GetLocation());

    public string Location(Location location) =>
        $"{Repository.Relative(location.SourceTree!.FilePath)}:{location.GetLineSpan().StartLinePosition.Line + 1}";

    private void LoadAssemblies()
    {
        var compiled = Projects.Where(project => project.SourceFiles.Count > 0).Select(project => project.AssemblyName).ToHashSet();
        var paths = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        foreach (var path in paths.Where(path => !compiled.Contains(Path.GetFileNameWithoutExtension(path))))
        {
            _assemblies[path] = MetadataReference.CreateFromFile(path);
        }
    }

    private CSharpCompilation Compile(SourceProject project)
    {
        if (_compilations.TryGetValue(project.FullName, out var known))
        {
            return known;
        }

        var referenced = Projects.Where(other => project.ProjectReferences.Contains(other.FullName) && other.SourceFiles.Count > 0);
        var references = _assemblies.Values.Concat(referenced.Select(other => Compile(other).ToMetadataReference()));
        var options = new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true,
            nullableContextOptions: NullableContextOptions.Enable);
        var parse = new CSharpParseOptions(LanguageVersion.Latest, DocumentationMode.Diagnose);
        var trees = project.SourceFiles.AsParallel().AsOrdered().Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), parse, file))
            .Append(CSharpSyntaxTree.ParseText(GeneratedText(project), parse));
        return _compilations[project.FullName] = CSharpCompilation.Create(project.AssemblyName, trees, references, options);
    }

    /// <summary>What the SDK writes from the project file: implicit usings and friend assemblies.</summary>
    private static string GeneratedText(SourceProject project)
    {
        string[] implicitUsings = ["System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading",
            "System.Threading.Tasks"];
        var text = new StringBuilder();
        foreach (var name in implicitUsings.Concat(project.GlobalUsings))
        {
            text.AppendLine($"global using {name};");
        }

        foreach (var friend in project.Friends)
        {
            text.AppendLine($"[assembly: System.Runtime.CompilerServices.InternalsVisibleTo(\"{friend}\")]");
        }

        return text.ToString();
    }
}
