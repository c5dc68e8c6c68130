using System.Text.Json;

namespace EtcdEdge.Server.Api.Gateway;

/// <summary>The error texts of Go's encoding/json for invalid JSON. Positions within a value are not distinguished as finely as in Go.</summary>
internal static class GoJsonError
{
    public static string Describe(ReadOnlySpan<byte> json, JsonException malformed)
    {
        var at = OffsetOf(json, malformed);
        var isCutOff = new JsonBoundary().EndIn(json) < 0;
        if (at >= json.Length || (isCutOff && json[(int)(at + 1)..].TrimStart(" \t\r\n"u8).IsEmpty))
        {
            return "unexpected EOF";
        }

        var found = (char)json[(int)at];
        var place = at == 0 ? "looking for beginning of value" : "in a value";
        return $"invalid character '{(found is >= ' ' and < (char)0x7F ? found : '?')}' {place}";
    }

    private static long OffsetOf(ReadOnlySpan<byte> json, JsonException malformed)
    {
        var lines = malformed.LineNumber ?? 0;
        var start = 0;
        for (; lines > 0; lines--)
        {
            start += json[start..].IndexOf((byte)'\n') + 1;
        }

        return start + (malformed.BytePositionInLine ?? 0);
    }
}
