using System.Text;
using System.Text.RegularExpressions;

namespace EtcdEdge.Structure.Tests.Dependencies;

/// <summary>
/// The allowed dependencies, read from dependencies.txt: a section per graph ("[projects]", "[packages]", "[Server]"), in it an unindented line per
/// folder, and below that an indented line per allowed dependency: the folder that may be used, two or more blanks, and the reason. "#" starts a
/// comment line.
/// </summary>
internal sealed partial class DependencyTable
{
    /// <summary>The reason that a generated row gets until a person writes one. The test refuses it.</summary>
    public const string NoReason = "?";
    public const string FileName = "tests/EtcdEdge.Structure.Tests/dependencies.txt";
    private readonly Dictionary<Dependency, string> _reasons = [];

    public IReadOnlyDictionary<Dependency, string> Reasons => _reasons;

    public static DependencyTable Parse(IReadOnlyList<string> lines)
    {
        var table = new DependencyTable();
        var graph = "";
        var from = "";
        for (var number = 1; number <= lines.Count; number++)
        {
            var line = lines[number - 1];
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            if (line[0] == '[')
            {
                graph = line.Trim('[', ']');
            }
            else if (line[0] != ' ')
            {
                from = line;
            }
            else
            {
                table.Add(graph, from, line, number);
            }
        }

        return table;
    }

    /// <summary>The text of a table with these rows: folders above what they use, reasons from <paramref name="known"/>.</summary>
    public static string Format(IEnumerable<Dependency> dependencies, IReadOnlyDictionary<Dependency, string> known)
    {
        var text = new StringBuilder();
        foreach (var graph in dependencies.GroupBy(dependency => dependency.Graph).OrderBy(graph => SectionOrder(graph.Key))
            .ThenBy(graph => graph.Key))
        {
            text.Append($"\n[{graph.Key}]\n");
            FormatSection(text, [.. graph], known);
        }

        return text.ToString();
    }

    private static int SectionOrder(string graph) => graph switch { Dependency.Projects => 0, Dependency.Packages => 1, _ => 2 };

    private static void FormatSection(StringBuilder text, List<Dependency> rows, IReadOnlyDictionary<Dependency, string> known)
    {
        var order = Cycles.Components([.. rows.Select(row => (row.From, row.To))]).SelectMany(component => component).Reverse().ToList();
        var width = rows.Max(row => row.To.Length) + 2;
        foreach (var from in order.Where(node => rows.Any(row => row.From == node)))
        {
            text.Append($"{from}\n");
            foreach (var row in rows.Where(row => row.From == from).OrderBy(row => order.IndexOf(row.To)))
            {
                text.Append($"    {row.To.PadRight(width)}{known.GetValueOrDefault(row, NoReason)}\n");
            }
        }
    }

    private void Add(string graph, string from, string line, int number)
    {
        var match = Row().Match(line);
        if (!match.Success || graph.Length == 0 || from.Length == 0)
        {
            throw new FormatException($"{FileName}:{number}: not \"    FOLDER  REASON\" below a folder in a section: {line}");
        }

        if (!_reasons.TryAdd(new Dependency(graph, from, match.Groups["to"].Value), match.Groups["reason"].Value))
        {
            throw new FormatException($"{FileName}:{number}: this row is in the table twice: {line}");
        }
    }

    [GeneratedRegex(@"^ {4}(?<to>\S+) {2,}(?<reason>\S.*)$")]
    private static partial Regex Row();
}
