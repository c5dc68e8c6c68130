using System.Globalization;
using System.Text;

namespace EtcdEdge.Cli.Ctl.Grammar;

/// <summary>
/// The words of a line that a transaction or a watch is typed in as: "double-quoted" with Go's escapes, 'single-quoted', or plain up to a space.
/// </summary>
internal static class Words
{
    /// <exception cref="CliFailure">For a double-quoted word whose escapes are wrong; exit code 3.</exception>
    public static List<string> Split(string line)
    {
        var words = new List<string>();
        for (var at = 0; at < line.Length;)
        {
            at = Take(line, at, words);
        }

        return words;
    }

    /// <summary>Reads a quoted string at <paramref name="at"/> as Go's %q; null when there is none. Leaves the position after it.</summary>
    public static string? Unquote(string line, ref int at)
    {
        var text = new StringBuilder();
        var position = at + 1;
        if (at >= line.Length || line[at] != '"')
        {
            return null;
        }

        while (position < line.Length && line[position] != '"')
        {
            if (line[position] != '\\')
            {
                text.Append(line[position++]);
            }
            else if (!TakeEscape(line, ref position, text))
            {
                return null;
            }
        }

        at = position + 1;
        return position < line.Length ? text.ToString() : null;
    }

    // An unclosed quote is skipped, and the rest is read as words, as by etcdctl's regular expression.
    private static int Take(string line, int at, List<string> words)
    {
        var quote = line[at];
        if (char.IsWhiteSpace(quote))
        {
            return at + 1;
        }

        if (quote is not ('"' or '\''))
        {
            return TakePlain(line, at, words);
        }

        var end = EndOfQuoted(line, at, quote);
        if (end < 0)
        {
            return at + 1;
        }

        var start = at;
        words.Add(quote == '\'' ? line[(at + 1)..end]
            : Unquote(line, ref start) ?? throw new CliFailure(CliFailure.InvalidInput, "invalid syntax"));
        return end + 1;
    }

    // A quote after the first two characters of a plain word is part of it, except as its last character.
    private static int TakePlain(string line, int at, List<string> words)
    {
        var end = at + 1;
        while (end < line.Length && !char.IsWhiteSpace(line[end]))
        {
            end++;
        }

        words.Add(line[at..end]);
        return end;
    }

    private static int EndOfQuoted(string line, int at, char quote)
    {
        for (var end = at + 1; end < line.Length; end++)
        {
            if (quote == '"' && line[end] == '\\')
            {
                end++;
            }
            else if (line[end] == quote)
            {
                return end;
            }
        }

        return -1;
    }

    private static bool TakeEscape(string line, ref int at, StringBuilder text)
    {
        var letter = at + 1 < line.Length ? line[at + 1] : '\0';
        var simple = letter switch
        {
            'a' => '\a',
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\v',
            '\\' or '"' => letter,
            _ => '\0',
        };
        if (simple != '\0')
        {
            text.Append(simple);
            at += 2;
            return true;
        }

        var (start, count, radix) = letter switch
        {
            'x' => (at + 2, 2, 16),
            'u' => (at + 2, 4, 16),
            'U' => (at + 2, 8, 16),
            _ => (at + 1, 3, 8),
        };
        if (start + count > line.Length || !TryParse(line.Substring(start, count), radix, out var code))
        {
            return false;
        }

        at = start + count;
        return Append(text, code, isByte: letter is not ('u' or 'U'));
    }

    private static bool Append(StringBuilder text, int code, bool isByte)
    {
        if (isByte)
        {
            text.Append(code > 0xFF ? "" : RawText.Decode([(byte)code]));
            return code <= 0xFF;
        }

        text.Append(Rune.IsValid(code) ? new Rune(code).ToString() : "");
        return Rune.IsValid(code);
    }

    private static bool TryParse(string digits, int radix, out int value)
    {
        value = 0;
        foreach (var digit in digits)
        {
            if (!int.TryParse([digit], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) || number >= radix
                || value > int.MaxValue / radix)
            {
                return false;
            }

            value = (value * radix) + number;
        }

        return true;
    }
}
