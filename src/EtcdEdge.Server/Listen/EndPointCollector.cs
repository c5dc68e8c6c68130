using System.Collections.Frozen;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EtcdEdge.Server.Listen;

/// <summary>
/// Lets Grpc.AspNetCore build its handlers and keeps them by path. Method paths are literal, so one dictionary lookup does what a routing
/// middleware would do per call at several times the cost.
/// </summary>
internal sealed class EndPointCollector(IServiceProvider services) : IEndpointRouteBuilder
{
    public IServiceProvider ServiceProvider { get; } = services;

    public ICollection<EndpointDataSource> DataSources { get; } = [];

    public IApplicationBuilder CreateApplicationBuilder() => new ApplicationBuilder(ServiceProvider);

    /// <summary>The handler of each method: "/etcdserverpb.KV/Put" → handler, each wrapped.</summary>
    public static FrozenDictionary<string, RequestDelegate> Methods(
        IServiceProvider services, ServerServiceDefinition definition, Func<RequestDelegate, RequestDelegate> wrap)
    {
        var collector = new EndPointCollector(services);
        collector.MapGrpcService(definition);
        return collector.DataSources.SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
            .ToFrozenDictionary(e => e.RoutePattern.RawText!, e => wrap(e.RequestDelegate!), StringComparer.Ordinal);
    }
}
