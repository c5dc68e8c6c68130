namespace EtcdEdge.Server.Api.Rpc;

/// <summary>Takes the responses of one in-process call, as protobuf bytes.</summary>
internal interface IMessageSink
{
    /// <summary>Takes one response; its bytes are the caller's again afterwards.</summary>
    /// <param name="message">The response.</param>
    /// <param name="flush">False: another one follows at once.</param>
    /// <param name="cancel">Ends the wait for a slow client.</param>
    ValueTask WriteAsync(ReadOnlyMemory<byte> message, bool flush, CancellationToken cancel);
}
