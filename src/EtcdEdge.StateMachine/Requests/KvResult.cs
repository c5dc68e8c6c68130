using System.Buffers;
using EtcdEdge.StateMachine.Proto;

namespace EtcdEdge.StateMachine.Requests;

/// <summary>
/// What a KV operation answers, ready to be written as its protobuf response. Immutable; any thread may write it, any number of times.
/// </summary>
public abstract class KvResult
{
    /// <summary>The response's exact size in bytes.</summary>
    public int SizeOf(in WireHeader header) => header.FieldSize + BodySize;

    /// <summary>Writes the response, <see cref="SizeOf"/> bytes.</summary>
    public void Write(in WireHeader header, IBufferWriter<byte> output)
    {
        var writer = new ProtoWriter(output);
        Write(header, ref writer);
        writer.Flush();
    }

    /// <summary>The response's exact size when it goes without a header, as a chunk of a RangeStream does.</summary>
    public int SizeWithoutHeader => BodySize;

    /// <summary>Writes the response without a header, <see cref="SizeWithoutHeader"/> bytes.</summary>
    public void WriteWithoutHeader(IBufferWriter<byte> output)
    {
        var writer = new ProtoWriter(output);
        WriteBody(ref writer);
        writer.Flush();
    }

    internal void Write(in WireHeader header, ref ProtoWriter writer)
    {
        header.WriteField(ref writer);
        WriteBody(ref writer);
    }

    /// <summary>The size of everything but the header.</summary>
    internal abstract int BodySize { get; }

    internal abstract void WriteBody(ref ProtoWriter writer);
}
