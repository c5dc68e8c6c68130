using System.Buffers;

namespace EtcdEdge.Http2;

/// <summary>Who takes the request of a stream, from the thread that reads the connection. Nothing of it may wait.</summary>
public interface IStreamHandler
{
    /// <summary>More of the body. Its bytes are given back to the client's window by <see cref="Http2Stream.Consumed"/>.</summary>
    void Received(in ReadOnlySequence<byte> data);

    /// <summary>The body is whole.</summary>
    void Ended();

    /// <summary>Nobody waits for an answer any more: the client cancelled, or the connection is gone. Any thread.</summary>
    void Aborted();
}
