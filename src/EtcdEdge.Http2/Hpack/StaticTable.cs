using System.Collections.Frozen;

namespace EtcdEdge.Http2.Hpack;

/// <summary>The static table (RFC 7541 appendix A); indexes begin at 1.</summary>
public static class StaticTable
{
    private static readonly HeaderField[] s_fields =
    [
        Of(":authority"), Of(":method", "GET"), Of(":method", "POST"), Of(":path", "/"), Of(":path", "/index.html"), Of(":scheme", "http"),
        Of(":scheme", "https"), Of(":status", "200"), Of(":status", "204"), Of(":status", "206"), Of(":status", "304"), Of(":status", "400"),
        Of(":status", "404"), Of(":status", "500"), Of("accept-charset"), Of("accept-encoding", "gzip, deflate"), Of("accept-language"),
        Of("accept-ranges"), Of("accept"), Of("access-control-allow-origin"), Of("age"), Of("allow"), Of("authorization"), Of("cache-control"),
        Of("content-disposition"), Of("content-encoding"), Of("content-language"), Of("content-length"), Of("content-location"),
        Of("content-range"), Of("content-type"), Of("cookie"), Of("date"), Of("etag"), Of("expect"), Of("expires"), Of("from"), Of("host"),
        Of("if-match"), Of("if-modified-since"), Of("if-none-match"), Of("if-range"), Of("if-unmodified-since"), Of("last-modified"), Of("link"),
        Of("location"), Of("max-forwards"), Of("proxy-authenticate"), Of("proxy-authorization"), Of("range"), Of("referer"), Of("refresh"),
        Of("retry-after"), Of("server"), Of("set-cookie"), Of("strict-transport-security"), Of("transfer-encoding"), Of("user-agent"), Of("vary"),
        Of("via"), Of("www-authenticate"),
    ];

    private static readonly FrozenDictionary<string, int> s_names = s_fields.Select((field, index) => (field.Name, Index: index + 1))
        .DistinctBy(field => field.Name).ToFrozenDictionary(field => field.Name, field => field.Index, StringComparer.Ordinal);

    public static int Count => s_fields.Length;

    /// <param name="index">From 1 to <see cref="Count"/>.</param>
    public static HeaderField At(int index) => s_fields[index - 1];

    /// <summary>The index of the first field of this name, 0 when there is none.</summary>
    public static int IndexOf(string name) => s_names.GetValueOrDefault(name);

    private static HeaderField Of(string name, string value = "") => new(name, value);
}
