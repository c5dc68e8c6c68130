using EtcdEdge.StateMachine.Proto;
using EtcdEdge.StateMachine.Requests;
using Grpc.Core;

namespace EtcdEdge.Server.Api.V3Rpc;

/// <summary>One message of a RangeStream: RangeStreamResponse { range_response = 1 }. Only the last one has a header, "more" and "count".</summary>
/// <param name="Result">The keys of this chunk.</param>
/// <param name="Header">The header, on the last chunk.</param>
internal sealed record RangeChunk(RangeResult Result, WireHeader? Header)
{
    private const byte RangeResponseTag = (1 << 3) | 2;

    /// <summary>The size of the inner RangeResponse.</summary>
    public int Size => Header is { } header ? Result.SizeOf(header) : Result.SizeWithoutHeader;

    public static void Write(RangeChunk chunk, SerializationContext context)
    {
        Span<byte> prefix = stackalloc byte[6];
        prefix[0] = RangeResponseTag;
        var used = 1;
        for (var rest = (uint)chunk.Size; ; rest >>= 7)
        {
            prefix[used++] = (byte)(rest > 0x7F ? rest | 0x80 : rest);
            if (rest <= 0x7F)
            {
                break;
            }
        }

        context.SetPayloadLength(used + chunk.Size);
        var output = context.GetBufferWriter();
        prefix[..used].CopyTo(output.GetSpan(used));
        output.Advance(used);
        chunk.WriteBody(output);
        context.Complete();
    }

    private void WriteBody(System.Buffers.IBufferWriter<byte> output)
    {
        if (Header is { } header)
        {
            Result.Write(header, output);
        }
        else
        {
            Result.WriteWithoutHeader(output);
        }
    }
}
