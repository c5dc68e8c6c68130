using System.Text.RegularExpressions;

namespace EtcdEdge.Structure.Tests.Style;

/// <summary>Rules for every text file. Each returns one line per violation: "file:line: what is wrong, and what to do".</summary>
internal static partial class TextRules
{
    public const int LineLengthMax = 150;

    /// <summary>A line has at most 150 characters. Markdown table rows and lines that are one link cannot be wrapped.</summary>
    public static IEnumerable<string> LongLines(string file, IReadOnlyList<string> lines) =>
        from line in Numbered(lines)
        let length = line.Text.EnumerateRunes().Count()
        where length > LineLengthMax && !(file.EndsWith(".md", StringComparison.Ordinal) && TableRow().IsMatch(line.Text)) && !OneLink()
            .IsMatch(line.Text)
        select $"{file}:{line.Number}: the line has {length} characters; wrap it at {LineLengthMax}";

    public static IEnumerable<string> TrailingBlanks(string file, IReadOnlyList<string> lines) =>
        from line in Numbered(lines)
        where line.Text.Length > 0 && char.IsWhiteSpace(line.Text[^1])
        select $"{file}:{line.Number}: the line ends with a blank; remove it";

    /// <summary>.editorconfig has indent_style = space for all files.</summary>
    public static IEnumerable<string> Tabs(string file, IReadOnlyList<string> lines) =>
        from line in Numbered(lines)
        where line.Text.AsSpan(0, line.Text.Length - line.Text.AsSpan().TrimStart().Length).Contains('\t')
        select $"{file}:{line.Number}: the line is indented with a tab; use spaces";

    public static IEnumerable<string> LeftoverMarks(string file, IReadOnlyList<string> lines) =>
        from line in Numbered(lines)
        let mark = LeftoverMark().Match(line.Text)
        where mark.Success
        select $"{file}:{line.Number}: '{mark.Value}' is left over; do it, or describe the limitation without the mark";

    /// <summary>A path of the machine on which the file was written.</summary>
    public static IEnumerable<string> MachinePaths(string file, IReadOnlyList<string> lines) =>
        from line in Numbered(lines)
        let path = MachinePath().Match(line.Text)
        where path.Success
        select $"{file}:{line.Number}: '{path.Value}' is a path of one machine; use a relative path, a variable or mktemp";

    public static IEnumerable<string> Suppressions(string file, IReadOnlyList<string> lines) =>
        from line in Numbered(lines)
        let suppression = Suppression().Match(line.Text)
        where suppression.Success
        where !line.Text.Contains(" // ", StringComparison.Ordinal)
        select $"{file}:{line.Number}: '{suppression.Value}' hides a warning; correct its cause, or give the reason behind // on the line";

    /// <summary>A document with at most <paramref name="max"/> lines.</summary>
    public static IEnumerable<string> LongDocument(string file, IReadOnlyList<string> lines, int max) =>
        lines.Count > max ? [$"{file}:{max + 1}: the document has {lines.Count} lines; shorten it to {max}, or move a part next to what it "
            + $"describes"] : [];

    private static IEnumerable<(string Text, int Number)> Numbered(IReadOnlyList<string> lines) => lines.Select((text, index) => (text, index + 1));

    [GeneratedRegex(@"^\s*\|")]
    private static partial Regex TableRow();

    [GeneratedRegex(@"^\s*([-*>#]|//+)?\s*(\[[^\]]*\]:?\s*)?[(<]?https?://\S+$")]
    private static partial Regex OneLink();

    // The marks are spelled with brackets so that this file does not contain them.
    [GeneratedRegex(@"\b(TOD[O]|FIXM[E]|XX[X]|HAC[K])\b")]
    private static partial Regex LeftoverMark();

    [GeneratedRegex(@"(?<![\w.$}~*/-]|\$\w+"")/(work|farm|root|tmp|home)/[\w.]+")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"#pragma\s+warning\s+[d]isable|\b[S]uppressMessage\b|\b[U]nconditionalSuppressMessage\b")]
    private static partial Regex Suppression();
}
