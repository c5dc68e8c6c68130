using Xunit;

namespace EtcdEdge.EndToEnd.Tests.Ctl;

/// <summary>A call of recorded-3.6.txt.</summary>
/// <param name="Command">For a shell.</param>
/// <param name="Variable">The variable that a call without a record sets; empty for one with a record.</param>
/// <param name="ExitCode">Null for a call that runs until it is stopped.</param>
/// <param name="Output">Lines of stdout.</param>
/// <param name="Error">Lines of stderr.</param>
/// <param name="HasFreeText">A help page or a stack trace is not recorded.</param>
internal sealed record RecordedCall(string Command, string Variable, int? ExitCode, string Output, string Error, bool HasFreeText)
{
    public static IEnumerable<RecordedCall> Read(string file)
    {
        var blocks = File.ReadAllText(file).Split("\n\n").Select(block => block.Split('\n').Where(line => !line.StartsWith('#')).ToArray());
        foreach (var lines in blocks.Where(lines => lines.Length > 0 && lines[0].Length > 0))
        {
            yield return lines[0][0] == '%' ? Preparation(lines[0][2..]) : Call(lines);
        }
    }

    private static RecordedCall Preparation(string text)
    {
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        return new RecordedCall(text[(space + 1)..], text[..space], 0, "", "", true);
    }

    private static RecordedCall Call(string[] lines)
    {
        var code = Assert.Single(lines, line => line.StartsWith('='))[1..].Trim();
        return new RecordedCall(
            lines[0][2..], "", code == "killed" ? null : int.Parse(code, System.Globalization.CultureInfo.InvariantCulture),
            Text(lines, '>'), Text(lines, '!'), lines.Contains("~"));
    }

    private static string Text(string[] lines, char mark) =>
        string.Join('\n', lines.Where(line => line.StartsWith(mark)).Select(line => line.Length > 2 ? line[2..] : ""));
}
