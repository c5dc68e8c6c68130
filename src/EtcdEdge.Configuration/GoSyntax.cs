using System.Buffers;
using System.Globalization;

namespace EtcdEdge.Configuration;

/// <summary>Values as Go's strconv and time packages read them.</summary>
public static class GoSyntax
{
    private static readonly SearchValues<char> s_numeral = SearchValues.Create("0123456789.");

    /// <summary>strconv.ParseBool.</summary>
    public static bool TryParseBool(string text, out bool value)
    {
        value = text is "1" or "t" or "T" or "TRUE" or "true" or "True";
        return value || text is "0" or "f" or "F" or "FALSE" or "false" or "False";
    }

    /// <summary>strconv.ParseInt with base 0: decimal, 0x, 0o, 0b, a leading 0 for octal, and underscores between digits.</summary>
    public static bool TryParseInteger(string text, out Int128 value)
    {
        var negative = text.StartsWith('-');
        var digits = (negative || text.StartsWith('+') ? text[1..] : text).Replace("_", "", StringComparison.Ordinal);
        var radix = RadixOf(digits, out var skip);
        var ok = TryParseDigits(digits.AsSpan(skip), radix, out value);
        value = negative ? -value : value;
        return ok;
    }

    /// <summary>
    /// time.ParseDuration: a sign, then numbers each with a unit (ns, us, µs, ms, s, m, h); "0" alone needs none. Finer than 100 ns is
    /// rounded down, because that is a TimeSpan's grain.
    /// </summary>
    public static bool TryParseDuration(string text, out TimeSpan value)
    {
        value = TimeSpan.Zero;
        var rest = text.AsSpan();
        var negative = rest.StartsWith("-");
        rest = negative || rest.StartsWith("+") ? rest[1..] : rest;
        if (rest is "0")
        {
            return true;
        }

        var nanoseconds = 0m;
        var any = false;
        while (!rest.IsEmpty)
        {
            if (!TryTakeTerm(ref rest, out var term) || (nanoseconds += term) > long.MaxValue)
            {
                return false;
            }

            any = true;
        }

        value = TimeSpan.FromTicks((long)(nanoseconds / 100) * (negative ? -1 : 1));
        return any;
    }

    /// <summary>time.Duration.String: "1h30m0s", "100ms", "0s".</summary>
    public static string Format(TimeSpan value)
    {
        if (value < TimeSpan.Zero)
        {
            return "-" + Format(-value);
        }

        if (value < TimeSpan.FromSeconds(1))
        {
            return value == TimeSpan.Zero ? "0s"
                : value < TimeSpan.FromMilliseconds(1) ? Invariant($"{value.TotalMicroseconds}µs")
                : Invariant($"{value.TotalMilliseconds}ms");
        }

        var seconds = Invariant($"{(value.Ticks % TimeSpan.TicksPerMinute) / (decimal)TimeSpan.TicksPerSecond:0.#######}s");
        return value < TimeSpan.FromMinutes(1) ? seconds
            : value < TimeSpan.FromHours(1) ? Invariant($"{value.Minutes}m{seconds}")
            : Invariant($"{(long)value.TotalHours}h{value.Minutes}m{seconds}");
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private static int RadixOf(string digits, out int skip)
    {
        var prefix = digits.Length > 1 && digits[0] == '0' ? char.ToLowerInvariant(digits[1]) : '\0';
        skip = prefix is 'x' or 'o' or 'b' ? 2 : 0;
        return prefix switch { 'x' => 16, 'o' => 8, 'b' => 2, '\0' => 10, _ => 8 };
    }

    private static bool TryParseDigits(ReadOnlySpan<char> digits, int radix, out Int128 value)
    {
        value = 0;
        foreach (var digit in digits)
        {
            var one = char.IsAsciiHexDigit(digit) ? Convert.ToInt32(digit.ToString(), 16) : int.MaxValue;
            if (one >= radix || value > ulong.MaxValue)
            {
                return false;
            }

            value = (value * radix) + one;
        }

        return digits.Length > 0;
    }

    private static bool TryTakeTerm(ref ReadOnlySpan<char> rest, out decimal nanoseconds)
    {
        nanoseconds = 0;
        var end = rest.IndexOfAnyExcept(s_numeral);
        if (end <= 0 || !decimal.TryParse(rest[..end], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        rest = rest[end..];
        var unitEnd = rest.IndexOfAny(s_numeral);
        var unit = NanosecondsPer(unitEnd < 0 ? rest : rest[..unitEnd]);
        rest = unitEnd < 0 ? [] : rest[unitEnd..];
        if (unit == 0 || number > long.MaxValue / unit)
        {
            return false;
        }

        nanoseconds = number * unit;
        return true;
    }

    private static decimal NanosecondsPer(ReadOnlySpan<char> unit) => unit switch
    {
        "ns" => 1,
        "us" or "µs" or "μs" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        _ => 0,
    };
}
