using EtcdEdge.Configuration;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using ListenOptions = EtcdEdge.Configuration.ListenOptions;

namespace EtcdEdge.Server.Listen;

/// <summary>Decides for every listen URL which protocols it accepts and what it serves.</summary>
internal static class ListenPlan
{
    /// <summary>The endpoints for Kestrel, in the order they are bound.</summary>
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
            if (url.IsTls)
            {
                endPoints.Add(new WireEndPoint(url, role, role == ListenRole.Grpc ? HttpProtocols.Http2 : HttpProtocols.Http1AndHttp2));
                continue;
            }

            if (role.HasFlag(ListenRole.Grpc))
            {
                endPoints.Add(new WireEndPoint(url, role, HttpProtocols.Http2));
            }

            if (role != ListenRole.Grpc)
            {
                endPoints.Add(new WireEndPoint(url, role, HttpProtocols.Http1));
            }
        }
    }
}
