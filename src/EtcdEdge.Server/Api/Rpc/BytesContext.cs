using System.Buffers;
using Grpc.Core;

namespace EtcdEdge.Server.Api.Rpc;

/// <summary>A message in memory, for a marshaller to read.</summary>
internal sealed class BytesContext(ReadOnlySequence<byte> payload) : DeserializationContext
{
    public override int PayloadLength => (int)payload.Length;

    public override byte[] PayloadAsNewBuffer() => payload.ToArray();

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => payload;
}
