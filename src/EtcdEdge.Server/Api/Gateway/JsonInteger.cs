using System.Globalization;

namespace EtcdEdge.Server.Api.Gateway;

/// <summary>Integers as protobuf's JSON mapping takes them: "12", 12, also 12.0 and 1.2e1.</summary>
internal static class JsonInteger
{
    /// <summary>The value as its varint; false when it is no integer or does not fit the kind.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, FieldKind kind, out ulong value)
    {
        value = 0;
        if (text.IsEmpty || text[0] is not ((byte)'-' or (>= (byte)'0' and <= (byte)'9')))
        {
            return false;
        }

        const NumberStyles Style = NumberStyles.AllowLeadingSign;
        var culture = CultureInfo.InvariantCulture;
        if (long.TryParse(text, Style, culture, out var signed))
        {
            value = (ulong)signed;
            return Fits(signed, kind);
        }

        if (ulong.TryParse(text, Style, culture, out value))
        {
            return kind == FieldKind.UInt64;
        }

        const NumberStyles Fraction = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return decimal.TryParse(text, Fraction, culture, out var whole) && TryFit(whole, kind, out value);
    }

    private static bool TryFit(decimal whole, FieldKind kind, out ulong value)
    {
        value = 0;
        if (whole != decimal.Truncate(whole) || whole < long.MinValue || whole > (kind == FieldKind.UInt64 ? ulong.MaxValue : long.MaxValue))
        {
            return false;
        }

        value = whole < 0 ? (ulong)(long)whole : (ulong)whole;
        return kind == FieldKind.UInt64 ? whole >= 0 : Fits((long)whole, kind);
    }

    private static bool Fits(long value, FieldKind kind) => kind switch
    {
        FieldKind.Int32 => value is >= int.MinValue and <= int.MaxValue,
        FieldKind.UInt32 => value is >= 0 and <= uint.MaxValue,
        FieldKind.UInt64 => value >= 0,
        _ => true,
    };
}
