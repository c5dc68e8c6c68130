using Grpc.Core;

namespace EtcdEdge.Server.Api.Rpc;

/// <summary>Responses into bytes, one buffer for all of a stream.</summary>
internal sealed class SinkWriter<T>(IMessageSink sink, Marshaller<T> marshaller) : IServerStreamWriter<T>
{
    private readonly BufferContext _buffer = new();

    public WriteOptions? WriteOptions { get; set; }

    public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

    public Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        var flush = WriteOptions is null || !WriteOptions.Flags.HasFlag(WriteFlags.BufferHint);
        return sink.WriteAsync(_buffer.Write(marshaller, message), flush, cancellationToken).AsTask();
    }
}
