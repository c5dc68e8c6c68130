using System.Buffers;
using System.Globalization;
using EtcdEdge.Http2.Hpack;
using Grpc.Core;

namespace EtcdEdge.Server.Api.Rpc;

/// <summary>The header blocks of gRPC's answers (gRPC over HTTP/2, "Responses").</summary>
internal static class GrpcBlocks
{
    /// <summary>Before a response.</summary>
    public static ReadOnlyMemory<byte> Headers { get; } = Head().WrittenMemory;

    /// <summary>Behind the response of a call that succeeded.</summary>
    public static ReadOnlyMemory<byte> Success { get; } = Write(new ArrayBufferWriter<byte>(32), new Status(StatusCode.OK, ""));

    /// <summary>All of the answer of a call that was refused.</summary>
    public static ReadOnlyMemory<byte> Refusal(Status status) => Write(Head(), status);

    private static ArrayBufferWriter<byte> Head()
    {
        var block = new ArrayBufferWriter<byte>(128);
        HpackWriter.WriteStatus(block, 200);
        HpackWriter.WriteField(block, "content-type", GrpcWire.ContentType);
        return block;
    }

    private static ReadOnlyMemory<byte> Write(ArrayBufferWriter<byte> block, Status status)
    {
        HpackWriter.WriteField(block, "grpc-status", ((int)status.StatusCode).ToString(CultureInfo.InvariantCulture));
        if (status.Detail.Length > 0)
        {
            HpackWriter.WriteField(block, "grpc-message", StatusText.Encode(status.Detail));
        }

        return block.WrittenMemory;
    }
}
