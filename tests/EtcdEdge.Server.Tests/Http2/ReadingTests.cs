using System.Buffers;
using System.Collections.Frozen;
using System.IO.Pipelines;
using System.Threading.Tasks.Sources;
using EtcdEdge.Configuration;
using EtcdEdge.Http2;
using EtcdEdge.Server.Api.Rpc;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EtcdEdge.Server.Tests.Http2;

// Goal: whoever goes on reading a connection while another still serves what it read takes nothing from it and gives nothing to it. Method: a
// transport whose next bytes are there, and are read, in the very moment in which somebody begins to wait for them.
public sealed class ReadingTests
{
    private const string Path = "/etcdserverpb.KV/Put";

    // What was read without a call was handed on as the list that the next thread put its calls into, and both served them: a write happened twice,
    // or was answered with a failure although it happened.
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task A_call_that_comes_in_two_pieces_is_served_once(int calls)
    {
        var method = new CountingMethod();
        var direct = new Dictionary<string, IUnaryMethod> { [Path] = method }.ToFrozenDictionary();
        using var server = new Http2Server(new Http2Options { MaxMessageBytes = 1000 }, new NoContexts(), _ => Task.CompletedTask,
            NullLogger.Instance);
        using var input = new EagerReader([.. Pieces(calls)]);
        var output = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        await using var transport = new DefaultConnectionContext("1", new Duplex(input, output.Writer), new Duplex(output.Reader, output.Writer));
        var served = server.ServeAsync(transport, new UnaryRouter(direct));
        input.End();
        await served.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(calls, method.Calls);
    }

    private static IEnumerable<byte[]> Pieces(int calls)
    {
        yield return [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. FrameClient.Bytes(FrameKind.Settings, 0, 0, [])];
        for (var stream = 1; stream < 2 * calls; stream += 2)
        {
            yield return FrameClient.Bytes(FrameKind.Headers, (byte)FrameFlags.EndHeaders, stream, FrameClient.Call(Path));
            yield return FrameClient.Bytes(FrameKind.Data, (byte)FrameFlags.EndStream, stream, FrameClient.Message([]));
        }
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private sealed class CountingMethod : IUnaryMethod
    {
        public int Calls { get; private set; }

        public Task AnswerAsync(UnaryCall call)
        {
            Calls++;
            call.Succeed(new UnaryAnswer());
            return Task.CompletedTask;
        }
    }

    private sealed class NoContexts : IHttpContextFactory
    {
        public HttpContext Create(IFeatureCollection featureCollection) => throw new NotSupportedException("all calls are served directly");

        public void Dispose(HttpContext httpContext)
        {
        }
    }

    /// <summary>Whoever waits for the next piece has it, and goes on, before its wait returns.</summary>
    private sealed class EagerReader(byte[][] pieces) : PipeReader, IValueTaskSource<ReadResult>, IDisposable
    {
        private ReadOnlySequence<byte> _unread;
        private int _given;
        private bool _isThere;
        private Action? _goOn;

        public void End() => _goOn!();

        public void Dispose() => Assert.Equal(pieces.Length + 1, _given);

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => new(this, 0);

        public ValueTaskSourceStatus GetStatus(short token) => _isThere ? ValueTaskSourceStatus.Succeeded : ValueTaskSourceStatus.Pending;

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        {
            _goOn = () =>
            {
                _isThere = true;
                continuation(state);
            };
            if (_given < pieces.Length)
            {
                _goOn();
            }
        }

        public ReadResult GetResult(short token)
        {
            _isThere = false;
            var next = _given < pieces.Length ? pieces[_given] : [];
            _unread = new ReadOnlySequence<byte>([.. _unread.ToArray(), .. next]);
            return new ReadResult(_unread, isCanceled: false, isCompleted: _given++ == pieces.Length);
        }

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => _unread = _unread.Slice(consumed);

        public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

        public override bool TryRead(out ReadResult result) => throw new NotSupportedException("a connection waits for what it reads");

        public override void CancelPendingRead()
        {
        }

        public override void Complete(Exception? exception = null)
        {
        }
    }
}
