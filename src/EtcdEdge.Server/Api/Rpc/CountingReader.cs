using EtcdEdge.Server.Metrics;
using Grpc.Core;

namespace EtcdEdge.Server.Api.Rpc;

/// <summary>A stream of requests that counts them.</summary>
internal sealed class CountingReader<T>(IAsyncStreamReader<T> inner, GrpcMethodMetrics? metrics) : IAsyncStreamReader<T>
{
    public T Current => inner.Current;

    public Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        var move = inner.MoveNext(cancellationToken);
        return move.IsCompletedSuccessfully ? Count(move) : CountLater(move);
    }

    private Task<bool> Count(Task<bool> moved)
    {
        if (moved.Result)
        {
            metrics?.MessageReceived();
        }

        return moved;
    }

    private async Task<bool> CountLater(Task<bool> move)
    {
        var moved = await move;
        if (moved)
        {
            metrics?.MessageReceived();
        }

        return moved;
    }
}
