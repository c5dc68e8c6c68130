using System.Globalization;
using System.Text;

namespace EtcdEdge.Server.Api.EtcdHttp;

/// <summary>URL escapes as Go's net/url decodes them.</summary>
internal static class GoUrl
{
    /// <summary>Go's url.QueryUnescape and url.PathUnescape; null when an escape is broken, which <paramref name="broken"/> then shows.</summary>
    public static string? Unescape(string text, bool plusIsSpace, out string broken)
    {
        broken = "";
        var bytes = new List<byte>(text.Length);
        var source = Encoding.UTF8.GetBytes(text);
        for (var i = 0; i < source.Length; i++)
        {
            if (source[i] != '%')
            {
                bytes.Add(plusIsSpace && source[i] == '+' ? (byte)' ' : source[i]);
                continue;
            }

            if (i + 2 >= source.Length || !char.IsAsciiHexDigit((char)source[i + 1]) || !char.IsAsciiHexDigit((char)source[i + 2]))
            {
                broken = Encoding.UTF8.GetString(source.AsSpan(i, Math.Min(3, source.Length - i)));
                return null;
            }

            bytes.Add(byte.Parse(Encoding.ASCII.GetString(source, i + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
            i += 2;
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }
}
