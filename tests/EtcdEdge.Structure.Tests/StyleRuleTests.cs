using EtcdEdge.Structure.Tests.Style;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace EtcdEdge.Structure.Tests;

/// <summary>Each rule of StyleTests finds what it is meant to find, and nothing else.</summary>
public class StyleRuleTests
{
    private static readonly string s_long = new('x', 151);

    [Fact]
    public void A_line_of_151_characters_is_too_long()
    {
        Assert.Equal(["a.cs:2: the line has 151 characters; wrap it at 150"], TextRules.LongLines("a.cs", [s_long[1..], s_long]));
        Assert.Empty(TextRules.LongLines("a.cs", [new string('é', 150)]));
    }

    [Fact]
    public void Table_rows_and_links_may_be_long_in_Markdown()
    {
        Assert.Empty(TextRules.LongLines("a.md", [$"| {s_long} |", $"- [name](https://example.com/{s_long})", $"https://example.com/{s_long}"]));
        Assert.Single(TextRules.LongLines("a.md", [$"See https://example.com/{s_long} for more."]));
        Assert.Single(TextRules.LongLines("a.cs", [$"| {s_long} |"]));
    }

    [Fact]
    public void Blanks_at_the_end_and_tabs_at_the_start_of_a_line_are_found()
    {
        Assert.Single(TextRules.TrailingBlanks("a", ["ok", "not ok ", ""]));
        Assert.Single(TextRules.Tabs("a", ["    ok", "  \tnot ok", "a\tb"]));
    }

    [Theory]
    [InlineData("TO" + "DO: later", 1)]
    [InlineData("// FIX" + "ME", 1)]
    [InlineData("mktemp XX" + "XXXX", 0)]
    [InlineData("a todo list", 0)]
    public void Leftover_marks_are_found(string line, int count) => Assert.Equal(count, TextRules.LeftoverMarks("a", [line]).Count());

    [Theory]
    [InlineData("cd /wor" + "k/main", 1)]
    [InlineData("\"/tm" + "p/x\"", 1)]
    [InlineData("cp \"$1\"/roo" + "t/usr", 0)]
    [InlineData("src/wor" + "k/main", 0)]
    [InlineData("$TMPDIR/tm" + "p/x", 0)]
    public void Machine_paths_are_found(string line, int count) => Assert.Equal(count, TextRules.MachinePaths("a", [line]).Count());

    [Theory]
    [InlineData("#pragma warning dis" + "able CA1822", 1)]
    [InlineData("[Suppress" + "Message(\"a\", \"b\")]", 1)]
    [InlineData("#pragma warning restore CA1822", 0)]
    public void Suppressed_warnings_are_found(string line, int count) => Assert.Equal(count, TextRules.Suppressions("a", [line]).Count());

    [Fact]
    public void A_document_over_its_limit_is_found()
    {
        Assert.Empty(TextRules.LongDocument("a.md", ["1", "2"], 2));
        Assert.Equal(["a.md:3: the document has 3 lines; shorten it to 2, or move a part next to what it describes"],
            TextRules.LongDocument("a.md", ["1", "2", "3"], 2));
    }

    [Theory]
    [InlineData(70, 0)]
    [InlineData(71, 1)]
    public void A_function_of_71_lines_is_too_long(int lines, int count)
    {
        var body = string.Join('\n', Enumerable.Repeat("        F();", lines - 3));
        var tree = Parse($"class C\n{{\n    // Comments above do not count.\n    void F()\n    {{\n{body}\n    }}\n}}\n");
        Assert.Equal(count, CodeRules.LongFunctions("a.cs", tree).Count());
    }

    [Theory]
    [InlineData(500, 0)]
    [InlineData(501, 1)]
    public void A_file_of_501_lines_is_too_long(int lines, int count) =>
        Assert.Equal(count, CodeRules.LongFile("a.cs", Parse(string.Join('\n', Enumerable.Repeat("", lines)))).Count());

    [Theory]
    [InlineData("public class C;", 1)]
    [InlineData("/// <summary>Text.</summary>\npublic class C;", 0)]
    [InlineData("class C { public enum E { A } }", 0)]
    [InlineData("/// <summary>Text.</summary>\npublic partial class C;\npublic partial class C;", 0)]
    public void Public_types_without_documentation_are_found(string text, int count) =>
        Assert.Equal(count, CodeRules.UndocumentedTypes([("a.cs", Parse(text))]).Count());

    [Theory]
    [InlineData("// var x = F();", 1)]
    [InlineData("// if (x) {", 1)]
    [InlineData("// return x.y;", 1)]
    [InlineData("// The entry is applied; its index is the commit index (see Ready).", 0)]
    [InlineData("// The index is kept (by the log);", 0)]
    [InlineData("/// <c>var x = F();</c>", 0)]
    public void Code_in_comments_is_found(string comment, int count) =>
        Assert.Equal(count, CodeRules.CommentedOutCode("a.cs", Parse($"class C\n{{\n    {comment}\n    int _x;\n}}\n")).Count());

    private static SyntaxTree Parse(string text) => CSharpSyntaxTree.ParseText(text, cancellationToken: TestContext.Current.CancellationToken);
}
