using System.Net.Sockets;
using EtcdEdge.Testing;
using Google.Protobuf;
using Grpc.Core;

namespace EtcdEdge.Differential.Fuzz;

/// <summary>One of the clients that send side by side; its seed is all it depends on.</summary>
internal sealed class FuzzLane(Daemon daemon, Session session, FuzzTally tally, int seed)
{
    private const int MostResponses = 3;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <summary>How long a call that waits for something is given.</summary>
    private static readonly TimeSpan s_moment = TimeSpan.FromMilliseconds(30);

    private static readonly Marshaller<byte[]> s_raw = Marshallers.Create(bytes => bytes, bytes => bytes);
    private static readonly byte[][] s_greetings =
    [
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0"u8.ToArray(),
            "GET /version HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"u8.ToArray(),
        "POST /v3/kv/put HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{\"a\"\r\n0\r\n\r\n"u8.ToArray(),
        [0xEE, .. "EdgePr"u8, 0x0A, 37, 0, 1, 1, 0, 1, 0, .. new byte[24], .. "3.6.0 x"u8],
    ];

    private readonly Random _random = new(seed);
    private readonly MessageGenerator _messages = new(new Random(seed));
    private readonly V2Fuzz _v2 = new(seed);

    /// <summary>Null, or what the server did wrong.</summary>
    public async Task<string?> RunAsync(int count, CancellationToken cancel)
    {
        for (var i = 0; i < count; i++)
        {
            var failure = _random.Next(100) switch
            {
                < 55 => await GrpcAsync(cancel),
                < 85 => await JsonAsync(cancel),
                < 98 => await V2Async(cancel),
                98 => await BareAsync(daemon.ClientPort, cancel),
                _ => await BareAsync(daemon.PeerPort, cancel),
            };
            if (failure is not null)
            {
                return failure;
            }
        }

        return null;
    }

    /// <summary>One to three requests on one call. On the wire every kind of call is a stream.</summary>
    private async Task<string?> GrpcAsync(CancellationToken cancel)
    {
        var target = FuzzTarget.All[_random.Next(FuzzTarget.All.Length)];
        var requests = Enumerable.Range(0, target.Method.IsClientStreaming ? _random.Next(1, 4) : 1)
            .Select(_ => WireMutation.Of(_messages.Next(target.Method.InputType).ToByteArray(), _random)).ToArray();
        var method = new Method<byte[], byte[]>(MethodType.DuplexStreaming, target.Method.Service.FullName, target.Method.Name, s_raw, s_raw);
        var limit = target.MayWait || target.Method.IsServerStreaming ? s_moment : s_patience;
        using var call = session.Invoker.AsyncDuplexStreamingCall(method, null,
            new CallOptions(deadline: DateTime.UtcNow + limit, cancellationToken: cancel));
        var status = await StatusAsync(call, requests, cancel);
        tally.Count("gRPC", !KnownDifferences.IsMalformed(status.Detail));
        // A deadline that passes amid an answer resets the stream, which this client calls Unavailable too; and "request timed out" is an answer.
        var isAnswer = status.Detail.StartsWith("etcdserver:", StringComparison.Ordinal);
        return limit == s_patience && !isAnswer && status.StatusCode is (StatusCode.Unavailable or StatusCode.DeadlineExceeded)
            ? $"{target.Method.FullName} with {string.Join(' ', requests.Select(Convert.ToHexString))}: {status}"
            : null;
    }

    private static async Task<Status> StatusAsync(AsyncDuplexStreamingCall<byte[], byte[]> call, byte[][] requests, CancellationToken cancel)
    {
        try
        {
            await WriteAsync(call.RequestStream, requests, cancel);
            for (var i = 0; i < MostResponses && await call.ResponseStream.MoveNext(cancel); i++)
            {
            }

            return Status.DefaultSuccess;
        }
        catch (RpcException e)
        {
            return e.Status;
        }
    }

    private static async Task WriteAsync(IClientStreamWriter<byte[]> stream, byte[][] requests, CancellationToken cancel)
    {
        try
        {
            foreach (var request in requests)
            {
                await stream.WriteAsync(request, cancel);
            }

            await stream.CompleteAsync();
        }
        catch (Exception ended) when (ended is InvalidOperationException or IOException)
        {
            // The call was over before all was written; how it ended is read from the other direction.
        }
    }

    private async Task<string?> JsonAsync(CancellationToken cancel)
    {
        var target = FuzzTarget.All[_random.Next(FuzzTarget.All.Length)];
        if (target.Path.Length == 0)
        {
            return null;
        }

        var bytes = JsonMutation.Of(_messages.Next(target.Method.InputType), _random);
        using var body = new ByteArrayContent(bytes);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v3/" + target.Path) { Content = body };
        var answer = await SendAsync(request, target.MayWait || target.Method.IsServerStreaming, cancel);
        tally.Count("JSON", answer.Body?.Contains("proto:", StringComparison.Ordinal) == false);
        return answer.Failure is { } failure ? $"{target.Path} with {Convert.ToHexString(bytes)}: {failure}" : null;
    }

    private async Task<string?> V2Async(CancellationToken cancel)
    {
        var call = _v2.Next();
        using var request = call.ToRequest("");
        var answer = await SendAsync(request, call.Target.Contains("wait=", StringComparison.Ordinal), cancel);
        tally.Count("v2", answer.Body?.Contains("Invalid", StringComparison.Ordinal) == false);
        return answer.Failure is { } failure ? $"{call}: {failure}" : null;
    }

    /// <summary>The body, or what went wrong, or neither: a call that may wait was given a moment.</summary>
    private async Task<(string? Body, string? Failure)> SendAsync(HttpRequestMessage request, bool mayWait, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(mayWait ? s_moment : s_patience);
        try
        {
            using var answer = await session.Http.SendAsync(request, limit.Token);
            return (await answer.Content.ReadAsStringAsync(limit.Token), null);
        }
        catch (OperationCanceledException) when (mayWait || cancel.IsCancellationRequested)
        {
            return ("", null);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return (null, e.Message);
        }
    }

    // The server may hang up at any time; what counts is that it lives on.
    private async Task<string?> BareAsync(int port, CancellationToken cancel)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", port, cancel);
            var stream = client.GetStream();
            await stream.WriteAsync(Mutation.Of(s_greetings[_random.Next(s_greetings.Length)], _random), cancel);
            client.Client.Shutdown(SocketShutdown.Send);
            await stream.ReadAsync(new byte[256], cancel).AsTask().WaitAsync(s_patience, cancel);
            return null;
        }
        catch (TimeoutException)
        {
            return $"port {port} neither answers nor hangs up";
        }
        catch (Exception e) when (e is SocketException or IOException or InvalidOperationException)
        {
            // A socket that was reset is none any more.
            return null;
        }
    }
}
