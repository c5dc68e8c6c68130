using System.Globalization;

namespace EtcdEdge.Configuration;

/// <summary>Checks a value against its flag's kind, so that later readers need not.</summary>
public static class FlagValue
{
    /// <summary>Null if <paramref name="value"/> is fine, else what is wrong with it in Go's words (package flag, strconv).</summary>
    public static string? ComplaintAbout(Flag flag, string value) => flag.Kind switch
    {
        FlagKind.Switch => GoSyntax.TryParseBool(value, out _) ? null : "parse error",
        FlagKind.Integer => ComplaintAboutNumber(value, long.MinValue, long.MaxValue),
        FlagKind.Count or FlagKind.Milliseconds => ComplaintAboutNumber(value, 0, ulong.MaxValue),
        FlagKind.Count32 => ComplaintAboutNumber(value, 0, uint.MaxValue),
        FlagKind.Duration => value.Length == 0 && flag.AgreesWith("") || GoSyntax.TryParseDuration(value, out _) ? null : "parse error",
        FlagKind.Urls => UrlList.TryParse(value, out _, out var complaint) ? null : complaint,
        FlagKind.FeatureGates => FeatureGates.TryParse(value, out _, out var complaint) ? null : complaint,
        _ => null,
    };

    public static bool Bool(string value) => GoSyntax.TryParseBool(value, out var on) && on;

    public static TimeSpan Duration(string value) => GoSyntax.TryParseDuration(value, out var span) ? span : TimeSpan.Zero;

    public static Int128 Number(string value) => GoSyntax.TryParseInteger(value, out var number) ? number : 0;

    /// <summary>Splits a list at its commas; blanks around an item and repeated items go.</summary>
    public static IReadOnlyList<string> List(string value) =>
        [.. value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)];

    /// <summary>A number as it is printed in messages.</summary>
    public static string Format(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string? ComplaintAboutNumber(string value, Int128 least, Int128 most) =>
        !GoSyntax.TryParseInteger(value, out var number) ? "parse error" : number < least || number > most ? "value out of range" : null;
}
