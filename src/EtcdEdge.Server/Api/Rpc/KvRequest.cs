using System.Buffers;
using EtcdEdge.StateMachine.Proto;
using Grpc.Core;

namespace EtcdEdge.Server.Api.Rpc;

/// <summary>
/// A request as it came, beside its parsed form, whose keys and values are slices of it: the log takes the bytes as they are. The buffer is
/// rented; <see cref="Dispose"/> gives it back once nobody looks at the slices any more.
/// </summary>
/// <typeparam name="TOp">The parsed form.</typeparam>
internal sealed class KvRequest<TOp> : IDisposable
{
    private byte[] _buffer;
    private readonly int _length;

    private KvRequest(byte[] buffer, int length, TOp op)
    {
        _buffer = buffer;
        _length = length;
        Op = op;
    }

    public TOp Op { get; }

    /// <summary>How many bytes came; stays when they have been given back.</summary>
    public int Length => _length;

    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, _length);

    /// <summary>Copies a message out of the connection's buffers and parses it.</summary>
    public static KvRequest<TOp> Read(DeserializationContext context, Func<ReadOnlyMemory<byte>, TOp> parse)
    {
        var length = context.PayloadLength;
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        context.PayloadAsReadOnlySequence().CopyTo(buffer);
        try
        {
            return new KvRequest<TOp>(buffer, length, parse(buffer.AsMemory(0, length)));
        }
        catch (MalformedMessageException e)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw Messages.Malformed(e.Message);
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }
}
