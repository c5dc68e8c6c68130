using EtcdEdge.Http2.Hpack;

namespace EtcdEdge.Http2;

/// <summary>
/// One request and its response on a connection (RFC 9113 section 5). Received data belongs to the reading thread; data to send may come from any
/// thread, one at a time, and is passed to the connection, whose lock guards the shared fields.
/// </summary>
public sealed class Http2Stream(Http2Connection connection, int id, RequestHead head)
{
    private TaskCompletionSource? _drained;

    public Http2Connection Connection { get; } = connection;

    public int Id { get; } = id;

    public RequestHead Head { get; } = head;

    /// <summary>Handles the request.</summary>
    public IStreamHandler? Request { get; set; }

    /// <summary>Octets of the body so far.</summary>
    public long ReceivedBytes { get; set; }

    /// <summary>The client sends no more. Written by the reading thread under the connection's lock.</summary>
    public bool HasRequestEnded { get; set; }

    /// <summary>Octets the client may still send, and those not yet announced to it. Under the connection's lock, as all that follows.</summary>
    public int ReceiveWindow { get; set; } = ConnectionLimits.StreamWindowBytes;

    public int UnacknowledgedWindow { get; set; }

    /// <summary>Octets the client takes.</summary>
    public long SendWindow { get; set; }

    /// <summary>Blocks of fields before and behind the body that were not sent yet.</summary>
    public ReadOnlyMemory<byte> Headers { get; set; }

    public ReadOnlyMemory<byte> Trailers { get; set; }

    /// <summary>What was not sent yet of the body; null where there was none so far.</summary>
    public ByteBlocks? Body { get; set; }

    /// <summary>Nothing will be added to the answer.</summary>
    public bool HasAnswerEnded { get; set; }

    /// <summary>Nothing more is sent or received: the answer is out, or one of the sides gave up.</summary>
    public bool IsClosed { get; set; }

    /// <summary>It is in the writer's queue.</summary>
    public bool IsQueued { get; set; }

    /// <summary>The fields before the body. Nothing is sent before a part of the body or the end follows.</summary>
    public void Begin(ReadOnlyMemory<byte> headers) => Connection.Begin(this, headers);

    /// <summary>More of the body. Completes when there is room for more; false when it will not be read.</summary>
    public ValueTask<bool> SendAsync(ByteBlocks more) => Connection.SendAsync(this, more);

    /// <summary>The end of the answer; <paramref name="last"/> of the body and <paramref name="trailers"/> may be empty.</summary>
    public void End(ByteBlocks last, ReadOnlyMemory<byte> trailers) => Connection.End(this, last, trailers);

    /// <summary>A whole answer.</summary>
    public void Answer(ReadOnlyMemory<byte> headers, ByteBlocks? body, ReadOnlyMemory<byte> trailers) =>
        Connection.Answer(this, headers, body, trailers);

    /// <summary>Gives up; nothing when the answer is out.</summary>
    public void Reset(Http2Error error) => Connection.Reset(this, error);

    /// <summary>Gives bytes of the body back to the client's window.</summary>
    public void Consumed(int bytes) => Connection.Consumed(this, bytes);

    /// <summary>Under the connection's lock: what waits until the body has been sent, or will never be.</summary>
    public Task DrainedAsync() => (_drained ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Under the connection's lock: there is room again, or no use.</summary>
    public void Drained()
    {
        _drained?.TrySetResult();
        _drained = null;
    }
}
