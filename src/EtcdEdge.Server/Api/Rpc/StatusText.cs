using System.Text;

namespace EtcdEdge.Server.Api.Rpc;

/// <summary>The text of a status on the wire.</summary>
internal static class StatusText
{
    /// <summary>
    /// gRPC over HTTP/2, "Status-Message": printable ASCII but the percent sign stays, every other byte of the UTF-8 text is escaped.
    /// </summary>
    public static string Encode(string text)
    {
        var encoded = new StringBuilder(text.Length);
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            _ = b is >= 0x20 and < 0x7F and not (byte)'%' ? encoded.Append((char)b) : encoded.Append('%').Append(b.ToString("X2"));
        }

        return encoded.ToString();
    }
}
