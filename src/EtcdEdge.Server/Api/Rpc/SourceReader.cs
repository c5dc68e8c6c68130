using Grpc.Core;

namespace EtcdEdge.Server.Api.Rpc;

/// <summary>Requests out of bytes.</summary>
internal sealed class SourceReader<T>(IMessageSource source, Marshaller<T> marshaller) : IAsyncStreamReader<T>
    where T : class
{
    private T? _current;

    public T Current => _current ?? throw new InvalidOperationException("nothing was read");

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        if (await source.NextAsync(cancellationToken) is not { } bytes)
        {
            return false;
        }

        _current = marshaller.ContextualDeserializer(new BytesContext(bytes));
        return true;
    }
}
