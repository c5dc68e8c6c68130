using EtcdEdge.Server.Metrics;
using Grpc.Core;

namespace EtcdEdge.Server.Api.Rpc;

/// <summary>A stream of responses that counts them.</summary>
internal sealed class CountingWriter<T>(IServerStreamWriter<T> inner, GrpcMethodMetrics? metrics) : IServerStreamWriter<T>
{
    public WriteOptions? WriteOptions
    {
        get => inner.WriteOptions;
        set => inner.WriteOptions = value;
    }

    public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

    public Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        metrics?.MessageSent();
        return inner.WriteAsync(message, cancellationToken);
    }
}
