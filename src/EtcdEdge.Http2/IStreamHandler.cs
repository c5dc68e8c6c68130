using System.Buffers;

namespace EtcdEdge.Http2;

/// <summary>Handles the request of a stream, on the thread that reads the connection. No method may block.</summary>
public interface IStreamHandler
{
    /// <summary>More of the body. Its bytes are given back to the client's window by <see cref="Http2Stream.Consumed"/>.</summary>
    void Received(in ReadOnlySequence<byte> data);

    /// <summary>The body is whole.</summary>
    void Ended();

    /// <summary>The response is not wanted any more: the client cancelled, or the connection was closed. Any thread.</summary>
    void Aborted();
}
