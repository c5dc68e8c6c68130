using System.Buffers;
using Grpc.Core;

namespace EtcdEdge.Server.Api.Rpc;

/// <summary>
/// A bound method with its preconditions and counters, for a caller in this process that has its messages as bytes: the JSON gateway. There is no
/// connection and no frame in between, and services cannot distinguish it from a call over HTTP/2.
/// </summary>
internal abstract class BoundMethod
{
    /// <summary>Runs one call to its end. Throws what the method throws.</summary>
    public abstract Task CallAsync(IMessageSource requests, IMessageSink responses, ServerCallContext context);

    protected static async ValueTask<TRequest> RequiredAsync<TRequest>(
        IMessageSource requests, Marshaller<TRequest> marshaller, CancellationToken cancel)
    {
        var bytes = await requests.NextAsync(cancel);
        return marshaller.ContextualDeserializer(new BytesContext(bytes ?? ReadOnlySequence<byte>.Empty));
    }
}
