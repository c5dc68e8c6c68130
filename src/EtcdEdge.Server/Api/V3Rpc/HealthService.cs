using EtcdEdge.Api.Health;
using EtcdEdge.Server.Api.Rpc;
using Grpc.Core;
using ServingStatus = EtcdEdge.Api.Health.HealthCheckResponse.Types.ServingStatus;

namespace EtcdEdge.Server.Api.V3Rpc;

/// <summary>grpc.health.v1.Health: etcd registers the server as a whole, under the empty name, and no single service.</summary>
internal sealed class HealthService : IRpcService
{
    private const string Name = "grpc.health.v1.Health";

    public void Bind(RpcBinder binder)
    {
        binder.Unary(Messages.Unary(Name, "Check", HealthCheckRequest.Parser, HealthCheckResponse.Parser), CheckAsync);
        binder.ServerStreaming(Messages.ServerStreaming(Name, "Watch", HealthCheckRequest.Parser, HealthCheckResponse.Parser), WatchAsync);
    }

    private static ValueTask<HealthCheckResponse> CheckAsync(HealthCheckRequest request, ServerCallContext context) =>
        request.Service.Length == 0
            ? ValueTask.FromResult(StatusOf(request))
            : throw new RpcException(new Status(StatusCode.NotFound, "unknown service"));

    // The status never changes while the process serves, so the stream sends it once and stays open.
    private static async Task WatchAsync(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responses, ServerCallContext context)
    {
        await responses.WriteAsync(StatusOf(request), context.CancellationToken);
        await Task.Delay(Timeout.Infinite, context.CancellationToken);
    }

    private static HealthCheckResponse StatusOf(HealthCheckRequest request) => new()
    {
        Status = request.Service.Length == 0 ? ServingStatus.Serving : ServingStatus.ServiceUnknown,
    };
}
