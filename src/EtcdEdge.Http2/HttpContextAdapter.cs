using System.Buffers;
using System.Globalization;
using EtcdEdge.Http2.Hpack;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace EtcdEdge.Http2;

/// <summary>
/// A request and its answer as ASP.NET wants them: Grpc.AspNetCore's calls and the HTTP side are served through it. The handler runs on the pool from
/// the moment that the headers are there.
/// </summary>
#pragma warning disable CA1001 // A source of tokens without a timer holds nothing that has to be disposed of.
public sealed partial class HttpContextAdapter : IStreamHandler, IThreadPoolWorkItem
{
    private readonly Http2Server _server;
    private readonly Http2Stream _stream;
    private readonly IHttpContextFactory? _contexts;
    private readonly CancellationTokenSource _aborted = new();
    private readonly RequestBody _request;
    private readonly ResponseBody _response;

    public HttpContextAdapter(Http2Server server, IHttpContextFactory contexts, Http2Stream stream)
        : this(server, stream) => _contexts = contexts;

    /// <summary>The request's features only, without running a handler.</summary>
    public HttpContextAdapter(Http2Server server, Http2Stream stream)
    {
        (_server, _stream) = (server, stream);
        _request = new RequestBody(stream);
        _response = new ResponseBody(this, stream);
        ReadHead(stream.Head);
        Features = new FeatureCollection(stream.Connection.Transport.Features);
        AddFeatures();
    }

    public FeatureCollection Features { get; }

    /// <summary>What came before this took the request; the client's windows have it back already.</summary>
    public void BeginWith(ReadOnlySpan<byte> body) => _request.AddFree(body);

    public void Received(in ReadOnlySequence<byte> data) => _request.Add(data);

    public void Ended() => _request.End(null);

    public void Aborted() => ThreadPool.UnsafeQueueUserWorkItem(static exchange => exchange.Abort(), this, preferLocal: false);

    public void Execute() => _ = RunAsync();

    // The token first: a handler that then fails to read the body sees the reason.
    private void Abort()
    {
        _aborted.Cancel();
        _request.End(new ConnectionResetException("the client has cancelled the request"));
    }

    private async Task RunAsync()
    {
        try
        {
            await HandleAsync(_contexts!.Create(Features));
        }
        catch (Exception failed)
        {
            if (!_aborted.IsCancellationRequested)
            {
                _server.Log.HandlerFailed(Path, failed);
            }

            _stream.Reset(Http2Error.InternalError);
        }

        _request.Forget();
        _stream.Connection.HandlerReturned();
    }

    private async Task HandleAsync(HttpContext context)
    {
        try
        {
            await _server.Other(context);
            await ShortRequestAsync();
            await CompleteAsync();
        }
        finally
        {
            await RunAll(_atCompletion);
            _contexts!.Dispose(context);
        }
    }

    /// <summary>Makes the response's fields final and sends them with the next data.</summary>
    public async ValueTask StartResponseAsync(CancellationToken cancellationToken = default)
    {
        if (HasStarted)
        {
            return;
        }

        await RunAll(_atStart);
        HasStarted = true;
        var block = new ArrayBufferWriter<byte>(256);
        HpackWriter.WriteStatus(block, StatusCode);
        WriteFields(block, Headers);
        if (!Headers.ContainsKey("Date"))
        {
            HpackWriter.WriteField(block, "date", DateTimeOffset.UtcNow.ToString("r", CultureInfo.InvariantCulture));
        }

        _stream.Begin(block.WrittenMemory);
    }

    public async Task CompleteAsync()
    {
        if (_isComplete)
        {
            return;
        }

        _isComplete = true;
        if (!HasStarted && _response.IsEmpty && Headers.ContentLength is null && !Headers.ContainsKey("grpc-status"))
        {
            Headers.ContentLength = 0;
        }

        await StartResponseAsync();
        var block = new ArrayBufferWriter<byte>(64);
        WriteFields(block, Trailers);
        _stream.End(_response.TakeRest(), block.WrittenMemory);
    }

    /// <summary>
    /// Lets a client finish a request that is nearly sent. curl 7.88, for one, waits forever for the end of a response that came before the end of
    /// its request. A request without a content length, as gRPC's, is answered at once.
    /// </summary>
    private Task ShortRequestAsync()
    {
        var whole = _request.Whole;
        return whole.IsCompleted || _stream.Head.ContentLength is null or > ConnectionLimits.FirstWindowBytes
            ? Task.CompletedTask
            : Task.WhenAny(whole, Task.Delay(ConnectionLimits.ShortRequestPatience));
    }

    private static void WriteFields(IBufferWriter<byte> block, IHeaderDictionary fields)
    {
        foreach (var (name, values) in fields)
        {
            foreach (var value in values)
            {
                HpackWriter.WriteField(block, name, value ?? "");
            }
        }
    }

    private static async ValueTask RunAll(Stack<(Func<object, Task> Callback, object State)>? callbacks)
    {
        while (callbacks is not null && callbacks.TryPop(out var next))
        {
            await next.Callback(next.State);
        }
    }
}
