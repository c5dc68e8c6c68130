using System.Buffers;
using System.Globalization;
using System.Text;

namespace EtcdEdge.Cli;

/// <summary>Durations as Go's time package reads and prints them.</summary>
internal static class GoDuration
{
    private static readonly SearchValues<char> s_numeral = SearchValues.Create("0123456789.");
    private const long Microsecond = 1_000;
    private const long Millisecond = 1_000_000;
    private const long Second = 1_000_000_000;

    /// <summary>
    /// time.ParseDuration: a sign, then numbers each with a unit (ns, us, µs, ms, s, m, h); "0" needs none. Rounded down to 100 ns.
    /// </summary>
    public static bool TryParse(string text, out TimeSpan value)
    {
        value = TimeSpan.Zero;
        var isNegative = text.StartsWith('-');
        var rest = text.AsSpan(isNegative || text.StartsWith('+') ? 1 : 0);
        if (rest is "0")
        {
            return true;
        }

        var nanoseconds = 0m;
        var terms = 0;
        for (; !rest.IsEmpty; terms++)
        {
            if (!TryTakeTerm(ref rest, ref nanoseconds))
            {
                return false;
            }
        }

        value = TimeSpan.FromTicks((long)(nanoseconds / 100) * (isNegative ? -1 : 1));
        return terms > 0;
    }

    /// <summary>time.Duration.String: "1h30m0s", "1.5s", "2.5ms", "300µs", "0s".</summary>
    public static string Format(TimeSpan value)
    {
        var nanoseconds = value.Ticks * 100;
        var (sign, magnitude) = nanoseconds < 0 ? ("-", -nanoseconds) : ("", nanoseconds);
        return sign + magnitude switch
        {
            0 => "0s",
            < Microsecond => $"{magnitude}ns",
            < Millisecond => Fraction(magnitude, Microsecond) + "µs",
            < Second => Fraction(magnitude, Millisecond) + "ms",
            _ => Long(magnitude),
        };
    }

    private static string Long(long nanoseconds)
    {
        var minutes = nanoseconds / (60 * Second);
        var text = new StringBuilder();
        if (minutes >= 60)
        {
            text.Append(CultureInfo.InvariantCulture, $"{minutes / 60}h");
        }

        if (minutes > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"{minutes % 60}m");
        }

        return text.Append(Fraction(nanoseconds % (60 * Second), Second)).Append('s').ToString();
    }

    private static string Fraction(long nanoseconds, long unit) => (nanoseconds / (decimal)unit)
        .ToString("0.#########", CultureInfo.InvariantCulture);

    private static bool TryTakeTerm(ref ReadOnlySpan<char> rest, ref decimal nanoseconds)
    {
        var digits = rest.IndexOfAnyExcept(s_numeral);
        var number = digits <= 0 ? default : rest[..digits];
        if (number.IsEmpty || !decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count))
        {
            return false;
        }

        rest = rest[digits..];
        var length = rest.IndexOfAny(s_numeral);
        var unit = length < 0 ? rest : rest[..length];
        rest = rest[unit.Length..];
        var scale = unit switch
        {
            "ns" => 1,
            "us" or "µs" or "μs" => Microsecond,
            "ms" => Millisecond,
            "s" => Second,
            "m" => 60 * Second,
            "h" => 3600 * Second,
            _ => 0,
        };
        if (scale == 0 || count > long.MaxValue / scale)
        {
            return false;
        }

        nanoseconds += count * scale;
        return nanoseconds <= long.MaxValue;
    }
}
