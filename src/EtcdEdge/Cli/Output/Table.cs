using System.Text;

namespace EtcdEdge.Cli.Output;

/// <summary>A table as etcd 3.6's tools draw it: upper-case heads in the middle, cells to the right.</summary>
internal static class Table
{
    public static string Render(string[] heads, params string[][] rows)
    {
        int[] widths = [.. heads.Select((head, column) => Math.Max(head.Length, rows.Length == 0 ? 0 : rows.Max(row => row[column].Length)))];
        var line = "+" + string.Concat(widths.Select(width => new string('-', width + 2) + "+")) + "\n";
        var text = new StringBuilder(line);
        text.Append('|').AppendJoin('|', heads.Select((head, column) => Centred(head.ToUpperInvariant(), widths[column]))).Append("|\n").Append(line);
        foreach (var row in rows)
        {
            text.Append('|').AppendJoin('|', row.Select((cell, column) => $" {cell.PadLeft(widths[column])} ")).Append("|\n");
        }

        return text.Append(rows.Length == 0 ? "" : line).ToString();
    }

    private static string Centred(string text, int width)
    {
        var left = (width - text.Length) / 2;
        return $" {new string(' ', left)}{text.PadRight(width - left)} ";
    }
}
