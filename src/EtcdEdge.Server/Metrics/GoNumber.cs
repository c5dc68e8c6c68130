using System.Globalization;

namespace EtcdEdge.Server.Metrics;

/// <summary>
/// Numbers as Go prints them ('g', shortest): with an exponent below 1e-4 and from 1e6 on. Bucket bounds are labels, and recording rules
/// compare labels as text.
/// </summary>
internal static class GoNumber
{
    /// <summary>The shortest text that reads back as <paramref name="value"/> (strconv.FormatFloat(value, 'g', -1, 64)).</summary>
    public static string Format(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
        }

        if (value == 0)
        {
            return "0";
        }

        var (digits, exponent) = Digits(Math.Abs(value));
        var sign = value < 0 ? "-" : "";
        return sign + (exponent is < -4 or >= 6 ? Scientific(digits, exponent) : Plain(digits, exponent));
    }

    private static string Scientific(string digits, int exponent)
    {
        var fraction = digits.Length > 1 ? "." + digits[1..] : "";
        var power = Math.Abs(exponent).ToString("00", CultureInfo.InvariantCulture);
        return $"{digits[0]}{fraction}e{(exponent < 0 ? '-' : '+')}{power}";
    }

    private static string Plain(string digits, int exponent)
    {
        if (exponent < 0)
        {
            return "0." + new string('0', -exponent - 1) + digits;
        }

        var whole = exponent + 1;
        return digits.Length <= whole ? digits.PadRight(whole, '0') : digits[..whole] + "." + digits[whole..];
    }

    /// <summary>The shortest digits without trailing zeros, and the power of ten of the first.</summary>
    private static (string Digits, int Exponent) Digits(double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        var e = text.IndexOf('E', StringComparison.Ordinal);
        var power = e < 0 ? 0 : int.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = e < 0 ? text : text[..e];
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var whole = point < 0 ? mantissa.Length : point;
        var all = mantissa.Replace(".", "", StringComparison.Ordinal);
        var leading = all.Length - all.TrimStart('0').Length;
        return (all.Trim('0'), power + whole - 1 - leading);
    }
}
