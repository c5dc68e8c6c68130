using EtcdEdge.Server.Configuration;

namespace EtcdEdge.Server.Listen;

/// <summary>Which protocol every listen URL speaks and what it serves: the whole decision in one place.</summary>
internal static class ListenPlan
{
    /// <summary>The endpoints for Kestrel, in the order they are bound. Throws <see cref="ListenException"/> for what cannot be served.</summary>
    public static IReadOnlyList<WireEndPoint> Of(ListenOptions options)
    {
        var endPoints = new List<WireEndPoint>();
        var clientRole = options.ClientHttpUrls.Count == 0 ? ListenRole.Grpc | ListenRole.Http : ListenRole.Grpc;
        Add(endPoints, options.ClientUrls, clientRole);
        Add(endPoints, options.ClientHttpUrls, ListenRole.Http);
        Add(endPoints, options.MetricsUrls, ListenRole.Metrics);
        return endPoints;
    }

    private static void Add(List<WireEndPoint> endPoints, IReadOnlyList<ListenUrl> urls, ListenRole role)
    {
        foreach (var url in urls)
        {
            RefuseTls(url);
            if (role.HasFlag(ListenRole.Grpc))
            {
                endPoints.Add(new WireEndPoint(url, role, isHttp2: true));
            }

            if (role != ListenRole.Grpc)
            {
                endPoints.Add(new WireEndPoint(url, role, isHttp2: false));
            }
        }
    }

    // TLS arrives with the peers; until then an https URL must not silently be served in cleartext.
    private static void RefuseTls(ListenUrl url)
    {
        if (url.IsTls)
        {
            throw new ListenException($"cannot listen on {url}: TLS is not supported in this version, use http:// on a trusted network");
        }
    }
}
