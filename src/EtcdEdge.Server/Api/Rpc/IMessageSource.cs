using System.Buffers;

namespace EtcdEdge.Server.Api.Rpc;

/// <summary>The requests of one in-process call, as protobuf bytes.</summary>
internal interface IMessageSource
{
    /// <summary>The next request, valid until the following one is read; null at the end of the stream.</summary>
    ValueTask<ReadOnlySequence<byte>?> NextAsync(CancellationToken cancel);
}
