using System.Globalization;
using System.Text;
using Xunit;

namespace EtcdEdge.Testing;

/// <summary>
/// Runs text fixtures. A file is a list of cases separated by blank lines; each case is one or more command lines, a line <c>----</c>, and the
/// expected output up to the next blank line. Lines starting with <c>#</c> before a command are comments. The first command line is
/// <c>name arg key=value …</c> (a value may be quoted or parenthesised: <c>key="a b"</c>, <c>key=(1,2)</c>); further lines are the input.
/// With the environment variable <c>REWRITE=1</c> the files are written anew with what the code printed, so that a diff can be reviewed.
/// </summary>
public static class DataDriven
{
    private const string Separator = "----";

    /// <summary>One case's command, parsed. <see cref="Position"/> is "file:line" for messages.</summary>
    public sealed record Command(
        string Name, IReadOnlyList<string> Args, IReadOnlyDictionary<string, string> Options, string Input, string Position)
    {
        /// <summary>A named option, or <paramref name="fallback"/> when it is missing.</summary>
        public string Option(string key, string fallback) => Options.TryGetValue(key, out var value) ? value : fallback;

        /// <summary>A named option as a number, or <paramref name="fallback"/> when it is missing.</summary>
        public long Number(string key, long fallback) =>
            Options.TryGetValue(key, out var value) ? long.Parse(value, CultureInfo.InvariantCulture) : fallback;

        /// <summary>Whether the option, or a bare argument of that name, was given.</summary>
        public bool Has(string key) => Options.ContainsKey(key) || Args.Contains(key);

        /// <summary>The argument at <paramref name="position"/> as a number.</summary>
        public ulong Id(int position) => ulong.Parse(Args[position], CultureInfo.InvariantCulture);
    }

    /// <summary>Every fixture below <c>testdata/<paramref name="folder"/></c> of the test's project, as theory rows of relative paths.</summary>
    public static TheoryData<string> Files(string folder)
    {
        var root = TestData();
        var rows = new TheoryData<string>();
        foreach (var file in Directory.GetFiles(Path.Combine(root, folder), "*.txt", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            rows.Add(Path.GetRelativePath(root, file));
        }

        return rows;
    }

    /// <summary>Runs one fixture; fails with "file:line" at the first case whose output differs.</summary>
    public static void Run(string relativePath, Func<Command, string> handler)
    {
        var path = Path.Combine(TestData(), relativePath);
        var rewrite = Environment.GetEnvironmentVariable("REWRITE") == "1";
        var lines = File.ReadAllLines(path);
        var rewritten = new StringBuilder();
        for (var at = 0; at < lines.Length;)
        {
            at = CopyCommentsAndBlanks(lines, at, rewritten);
            if (at >= lines.Length)
            {
                break;
            }

            at = RunCase(lines, at, relativePath, handler, rewrite ? rewritten : null);
        }

        if (rewrite)
        {
            File.WriteAllText(path, rewritten.ToString().TrimEnd('\n') + "\n");
        }
    }

    private static int CopyCommentsAndBlanks(string[] lines, int at, StringBuilder rewritten)
    {
        while (at < lines.Length && (lines[at].Length == 0 || lines[at].StartsWith('#')))
        {
            rewritten.Append(lines[at++]).Append('\n');
        }

        return at;
    }

    private static int RunCase(string[] lines, int start, string file, Func<Command, string> handler, StringBuilder? rewritten)
    {
        var separator = Array.IndexOf(lines, Separator, start);
        var end = separator < 0 ? lines.Length : Array.IndexOf(lines, "", separator);
        end = end < 0 ? lines.Length : end;
        var position = $"{file}:{start + 1}";
        Assert.True(separator >= 0, $"{position}: a case without its line of four dashes");
        var command = Parse(lines[start], string.Join('\n', lines[(start + 1)..separator]), position);
        var expected = string.Join('\n', lines[(separator + 1)..end]);
        var actual = handler(command).TrimEnd('\n');
        Assert.False(actual.Contains("\n\n", StringComparison.Ordinal), $"{position}: output may not hold a blank line:\n{actual}");
        if (rewritten is null)
        {
            Assert.True(expected == actual, $"{position}: {lines[start]}\nexpected:\n{expected}\nactual:\n{actual}");
            return end;
        }

        rewritten.AppendJoin('\n', lines[start..(separator + 1)]).Append('\n').Append(actual).Append(actual.Length > 0 ? "\n" : "");
        return end;
    }

    private static Command Parse(string line, string input, string position)
    {
        var args = new List<string>();
        var options = new Dictionary<string, string>();
        var words = Words(line);
        foreach (var word in words.Skip(1))
        {
            var equals = word.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && word[0] != '"')
            {
                options[word[..equals]] = word[(equals + 1)..].Trim('"', '(', ')');
            }
            else
            {
                args.Add(word.Trim('"'));
            }
        }

        return new Command(words[0], args, options, input, position);
    }

    private static List<string> Words(string line)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var quoted = false;
        var depth = 0;
        foreach (var c in line)
        {
            quoted ^= c == '"';
            depth += quoted ? 0 : c == '(' ? 1 : c == ')' ? -1 : 0;
            if (c != ' ' || quoted || depth > 0)
            {
                word.Append(c);
            }
            else if (word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }
        }

        if (word.Length > 0)
        {
            words.Add(word.ToString());
        }

        return words;
    }

    private static string TestData()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (Directory.Exists(Path.Combine(folder, "testdata")))
            {
                return Path.Combine(folder, "testdata");
            }
        }

        throw new DirectoryNotFoundException($"no folder testdata above {AppContext.BaseDirectory}");
    }
}
