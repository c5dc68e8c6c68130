using System.IO.Pipelines;

namespace EtcdEdge.Http2;

/// <summary>
/// A response's body as a handler writes it. What is flushed belongs to the connection; a flush waits when the client does not keep up.
/// </summary>
public sealed class ResponseBody(HttpContextAdapter exchange, Http2Stream stream) : PipeWriter
{
    private readonly ByteBlocks _unsent = new();

    /// <summary>Nothing was written so far.</summary>
    public bool IsEmpty { get; private set; } = true;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _unsent.Length;

    public override Memory<byte> GetMemory(int sizeHint = 0) => _unsent.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => _unsent.GetSpan(sizeHint);

    public override void Advance(int bytes)
    {
        IsEmpty &= bytes == 0;
        _unsent.Advance(bytes);
    }

    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (!exchange.HasStarted)
        {
            await exchange.StartResponseAsync(cancellationToken);
        }

        var isRead = await stream.SendAsync(TakeRest());
        return new FlushResult(isCanceled: false, isCompleted: !isRead);
    }

    /// <summary>What was written since the last flush.</summary>
    public ByteBlocks TakeRest()
    {
        if (!exchange.HasBody)
        {
            _unsent.Clear();
        }

        return _unsent;
    }

    public override void CancelPendingFlush()
    {
    }

    public override void Complete(Exception? exception = null)
    {
    }

    public override async ValueTask CompleteAsync(Exception? exception = null)
    {
        if (exception is null)
        {
            await exchange.CompleteAsync();
        }
    }
}
