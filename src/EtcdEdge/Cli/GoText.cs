using System.Globalization;
using System.Text;

namespace EtcdEdge.Cli;

/// <summary>Text as Go's strconv and fmt packages read and print it.</summary>
internal static class GoText
{
    /// <summary>strconv.ParseBool.</summary>
    public static bool TryParseBool(string text, out bool value)
    {
        value = text is "1" or "t" or "T" or "TRUE" or "true" or "True";
        return value || text is "0" or "f" or "F" or "FALSE" or "false" or "False";
    }

    public static string Bool(bool value) => value ? "true" : "false";

    /// <summary>strconv.ParseInt; its error text without the value is "invalid syntax" or "value out of range".</summary>
    /// <exception cref="FormatException">With Go's text.</exception>
    public static long ParseInt(string text, int radix) =>
        Parse("ParseInt", text, radix, long.MinValue, long.MaxValue, out var value) is { } problem ? throw new FormatException(problem) : (long)value;

    /// <summary>strconv.ParseUint.</summary>
    /// <exception cref="FormatException">With Go's text.</exception>
    public static ulong ParseUint(string text, int radix) =>
        Parse("ParseUint", text, radix, 0, ulong.MaxValue, out var value) is { } problem ? throw new FormatException(problem) : (ulong)value;

    /// <summary>%q of a string.</summary>
    public static string Quote(string text) => Quote(RawText.Encode(text));

    /// <summary>%q of bytes: printable UTF-8 as it is, anything else escaped.</summary>
    public static string Quote(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder("\"");
        while (!bytes.IsEmpty)
        {
            var isValid = Rune.DecodeFromUtf8(bytes, out var rune, out var length) == System.Buffers.OperationStatus.Done;
            if (isValid)
            {
                Append(text, rune);
            }
            else
            {
                length = 1;
                text.Append(CultureInfo.InvariantCulture, $"\\x{bytes[0]:x2}");
            }

            bytes = bytes[length..];
        }

        return text.Append('"').ToString();
    }

    private static void Append(StringBuilder text, Rune rune)
    {
        var escape = rune.Value switch
        {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\a' => "\\a",
            '\b' => "\\b",
            '\f' => "\\f",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            '\v' => "\\v",
            _ when IsPrintable(rune) => null,
            < 0x80 => string.Create(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}"),
            < 0x10000 => string.Create(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"\\U{rune.Value:x8}"),
        };
        if (escape is null)
        {
            text.Append(rune.ToString());
        }
        else
        {
            text.Append(escape);
        }
    }

    private static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
            or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator);

    private static string? Parse(string function, string text, int radix, Int128 lowest, Int128 highest, out Int128 value)
    {
        var isNegative = lowest < 0 && text.StartsWith('-');
        var digits = isNegative || (lowest < 0 && text.StartsWith('+')) ? text.AsSpan(1) : text;
        value = 0;
        var isOutOfRange = false;
        foreach (var digit in digits)
        {
            var number = char.IsAsciiHexDigit(digit) ? Convert.ToInt32(digit.ToString(), 16) : radix;
            if (number >= radix)
            {
                return $"strconv.{function}: parsing {Quote(text)}: invalid syntax";
            }

            value = isOutOfRange ? value : (value * radix) + (isNegative ? -number : number);
            isOutOfRange |= value < lowest || value > highest;
        }

        return digits.IsEmpty ? $"strconv.{function}: parsing {Quote(text)}: invalid syntax"
            : isOutOfRange ? $"strconv.{function}: parsing {Quote(text)}: value out of range"
            : null;
    }
}
