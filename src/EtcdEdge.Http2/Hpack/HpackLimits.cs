namespace EtcdEdge.Http2.Hpack;

/// <summary>The limits of header compression, each with its reason.</summary>
public static class HpackLimits
{
    /// <summary>The client's table of headers (RFC 9113 section 6.5.2, its default).</summary>
    public const int HeaderTableBytes = 4096;

    /// <summary>Fields of a request, decoded; tokens are the longest of them.</summary>
    public const int HeaderListBytes = 64 * 1024;
}
