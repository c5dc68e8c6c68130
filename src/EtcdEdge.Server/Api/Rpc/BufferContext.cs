using System.Buffers;
using Grpc.Core;

namespace EtcdEdge.Server.Api.Rpc;

/// <summary>A buffer that a marshaller writes one message after the other into.</summary>
internal sealed class BufferContext : SerializationContext
{
    private readonly ArrayBufferWriter<byte> _buffer = new();

    /// <summary>The bytes of a message, valid until the next one is written.</summary>
    public ReadOnlyMemory<byte> Write<T>(Marshaller<T> marshaller, T message)
    {
        _buffer.ResetWrittenCount();
        marshaller.ContextualSerializer(message, this);
        return _buffer.WrittenMemory;
    }

    public override void SetPayloadLength(int payloadLength)
    {
    }

    public override IBufferWriter<byte> GetBufferWriter() => _buffer;

    public override void Complete()
    {
    }

    public override void Complete(byte[] payload) => _buffer.Write(payload);
}
