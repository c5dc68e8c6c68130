using EtcdEdge.Server.Common;
using EtcdEdge.StateMachine.Model;
using Grpc.Core;

namespace EtcdEdge.Server.Api.V3Rpc;

/// <summary>How long a stream lasts, and with which status it ends when it ends before its time.</summary>
internal sealed class StreamLifetime(CancellationToken call, CancellationToken led) : IDisposable
{
    private readonly CancellationTokenSource _source = CancellationTokenSource.CreateLinkedTokenSource(call, led);

    public CancellationToken Token => _source.Token;

    /// <summary>The end came from the server: the client is to look for another member.</summary>
    public bool HasLostLeader => led.IsCancellationRequested;

    /// <summary>Ends what still runs of the stream.</summary>
    public void End() => _source.Cancel();

    /// <summary>The status of a stream that was cut short; <paramref name="otherwise"/> when the client itself went away.</summary>
    public RpcException Status(EtcdError otherwise) => EtcdStatus.Refuse(HasLostLeader ? EtcdError.NoLeader : otherwise);

    public void Dispose() => _source.Dispose();
}
