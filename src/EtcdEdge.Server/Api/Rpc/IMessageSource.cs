using System.Buffers;

namespace EtcdEdge.Server.Api.Rpc;

/// <summary>The requests of one in-process call, as protobuf bytes.</summary>
internal interface IMessageSource
{
    /// <summary>The next request, valid until the one after it is asked for; null at the end of the stream.</summary>
    ValueTask<ReadOnlySequence<byte>?> NextAsync(CancellationToken cancel);
}
