using System.Globalization;
using EtcdEdge.Structure.Tests.Model;
using EtcdEdge.Structure.Tests.Style;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace EtcdEdge.Structure.Tests;

/// <summary>
/// Style as a test, after TigerBeetle's tidy: each rule names the file, the line and what to do. StyleRuleTests checks the rules themselves.
/// </summary>
public class StyleTests
{
    private static readonly Lazy<IReadOnlyList<(string File, string[] Lines)>> s_texts =
        new(() => [.. TextFiles.In(Repository.Current).Select(file => (file, Repository.Current.ReadLines(file)))]);

    private static readonly Lazy<IReadOnlyList<(string File, SyntaxTree Tree)>> s_source = new(() =>
        Parse(file => file.StartsWith("src/", StringComparison.Ordinal)));

    private static readonly Lazy<UnusedMembers> s_unused = new(() => new UnusedMembers(SourceModel.Current, NameBinder.Current));

    [Fact]
    public void Lines_have_at_most_150_characters() => CheckTexts(TextRules.LongLines);

    [Fact]
    public void No_line_ends_with_a_blank() => CheckTexts(TextRules.TrailingBlanks);

    [Fact]
    public void No_line_is_indented_with_a_tab() => CheckTexts(TextRules.Tabs);

    [Fact]
    public void No_work_is_left_over() => CheckTexts(TextRules.LeftoverMarks);

    [Fact]
    public void No_file_names_a_path_of_one_machine() => CheckTexts(TextRules.MachinePaths);

    [Fact]
    public void No_warning_is_suppressed() => CheckTexts(TextRules.Suppressions);

    [Fact]
    public void Functions_are_short() =>
        Violations.AssertNone(s_source.Value.SelectMany(source => CodeRules.LongFunctions(source.File, source.Tree)));

    [Fact]
    public void Files_are_short() => Violations.AssertNone(s_source.Value.SelectMany(source => CodeRules.LongFile(source.File, source.Tree)));

    [Fact]
    public void Public_types_are_documented() => Violations.AssertNone(CodeRules.UndocumentedTypes(s_source.Value));

    [Fact]
    public void No_comment_contains_code() =>
        Violations.AssertNone(Parse(_ => true).SelectMany(source => CodeRules.CommentedOutCode(source.File, source.Tree)));

    [Fact]
    public void Every_limit_is_enforced() => Violations.AssertNone(s_unused.Value.Limits());

    [Fact]
    public void Every_metric_is_updated() => Violations.AssertNone(s_unused.Value.Metrics());

    [Fact]
    public void No_using_directive_is_unnecessary() =>
        Violations.AssertNone(
            from diagnostic in SourceModel.Current.Diagnostics
            where diagnostic.Id is "CS8019" or "CS8933" && diagnostic.Location.SourceTree is { FilePath.Length: > 0 }
            select $"{SourceModel.Current.Location(diagnostic.Location)}: the using directive is unnecessary; remove it");

    [Fact]
    public void Every_reference_in_a_documentation_comment_is_resolved() =>
        Violations.AssertNone(
            from diagnostic in SourceModel.Current.Diagnostics
            where diagnostic.Id is "CS0419" or "CS1572" or "CS1574" or "CS1580" or "CS1581" or "CS1584" or "CS1734"
            let message = diagnostic.GetMessage(CultureInfo.InvariantCulture)
            select $"{SourceModel.Current.Location(diagnostic.Location)}: {message}; correct the reference");

    [Fact]
    public void Every_project_has_a_design_document() =>
        Violations.AssertNone(SourceModel.Current.Projects.Where(project => !File.Exists(Path.Combine(project.Directory, "DESIGN.md")))
            .Select(project => $"src/{project.FullName}: DESIGN.md is missing; say what the project does and which decisions it rests on"));

    [Theory]
    [InlineData("README.md", 130)]
    [InlineData("ARCHITECTURE.md", 200)]
    public void A_document_is_short(string file, int max) =>
        Violations.AssertNone(TextRules.LongDocument(file, Repository.Current.ReadLines(file), max));

    private static void CheckTexts(Func<string, IReadOnlyList<string>, IEnumerable<string>> rule) =>
        Violations.AssertNone(s_texts.Value.SelectMany(text => rule(text.File, text.Lines)));

    private static IReadOnlyList<(string File, SyntaxTree Tree)> Parse(Func<string, bool> selected) =>
    [
        .. s_texts.Value.Where(text => text.File.EndsWith(".cs", StringComparison.Ordinal) && selected(text.File))
            .Select(text => (text.File, CSharpSyntaxTree.ParseText(File.ReadAllText(Path.Combine(Repository.Current.Root, text.File))))),
    ];
}
