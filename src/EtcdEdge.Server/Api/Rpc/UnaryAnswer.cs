using System.Buffers;
using System.Buffers.Binary;
using EtcdEdge.Http2;
using Grpc.Core;

namespace EtcdEdge.Server.Api.Rpc;

/// <summary>
/// Receives the response of a <see cref="UnaryCall"/> from a marshaller, after its gRPC prefix. All our serializers announce the length first.
/// </summary>
internal sealed class UnaryAnswer : SerializationContext
{
    /// <summary>Prefix and message.</summary>
    public ByteBlocks Message { get; } = new();

    public override void SetPayloadLength(int payloadLength)
    {
        Message.Expect(GrpcWire.PrefixBytes + payloadLength);
        var prefix = Message.GetSpan(GrpcWire.PrefixBytes);
        prefix[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(prefix[1..], payloadLength);
        Message.Advance(GrpcWire.PrefixBytes);
    }

    public override IBufferWriter<byte> GetBufferWriter() => Message;

    public override void Complete()
    {
    }

    public override void Complete(byte[] payload) => Message.Write(payload);
}
