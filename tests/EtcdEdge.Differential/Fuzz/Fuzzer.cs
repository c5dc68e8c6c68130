using System.Net.Sockets;
using EtcdEdge.Testing;
using Google.Protobuf;
using Grpc.Core;

namespace EtcdEdge.Differential.Fuzz;

/// <summary>
/// Sends what nobody should to a running server's ports: to gRPC, the JSON gateway, the bare client port and the peer port. The server has to answer
/// everything in time, whatever the answer, and to be there afterwards with no more memory than its keys need.
/// </summary>
internal sealed class Fuzzer(Daemon daemon, int seed)
{
    private const int Lanes = 16;
    private const long MostResidentBytes = 1L << 30;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly Marshaller<byte[]> Raw = Marshallers.Create(bytes => bytes, bytes => bytes);

    /// <summary>Null when the server stood, or what it did wrong.</summary>
    public async Task<string?> RunAsync(int count, CancellationToken cancel)
    {
        await using var session = new Session(daemon.ClientUrl);
        for (var done = 0; done < count; done += Math.Min(count - done, Lanes * 500))
        {
            int each = (Math.Min(count - done, Lanes * 500) + Lanes - 1) / Lanes;
            var from = seed + done;
            var failures = await Task.WhenAll(Enumerable.Range(0, Lanes).Select(lane => LaneAsync(session, new Random(from + (lane * 7919)), each, cancel)));
            if (failures.FirstOrDefault(failure => failure is not null) is { } failure)
            {
                return $"{failure} (seed {seed}, after {done} inputs)";
            }

            if (await LookAsync(session, cancel) is { } harm)
            {
                return $"{harm} (seed {seed}, within {done + (each * Lanes)} inputs)";
            }
        }

        return null;
    }

    private async Task<string?> LaneAsync(Session session, Random random, int count, CancellationToken cancel)
    {
        for (var i = 0; i < count; i++)
        {
            var failure = random.Next(100) switch
            {
                < 60 => await GrpcAsync(session, random, cancel),
                < 98 => await JsonAsync(session, random, cancel),
                98 => await BareAsync(daemon.ClientPort, random, cancel),
                _ => await BareAsync(daemon.PeerPort, random, cancel),
            };
            if (failure is not null)
            {
                return failure;
            }
        }

        return null;
    }

    private static async Task<string?> GrpcAsync(Session session, Random random, CancellationToken cancel)
    {
        var (name, _, sample) = Samples.All[random.Next(Samples.All.Length)];
        var parts = name.Split('/');
        var method = new Method<byte[], byte[]>(MethodType.Unary, parts[0], parts[1], Raw, Raw);
        var bytes = Mutation.Of(sample.ToByteArray(), random);
        try
        {
            await session.Invoker.AsyncUnaryCall(method, null, new CallOptions(deadline: DateTime.UtcNow + Patience, cancellationToken: cancel), bytes);
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.DeadlineExceeded or StatusCode.Unavailable)
        {
            return $"{name} with {Convert.ToHexString(bytes)}: {e.Status}";
        }
        catch (RpcException)
        {
            // A refusal is an answer.
        }

        return null;
    }

    private static async Task<string?> JsonAsync(Session session, Random random, CancellationToken cancel)
    {
        var (_, path, sample) = Samples.All[random.Next(Samples.All.Length)];
        var bytes = Mutation.Of(System.Text.Encoding.UTF8.GetBytes(JsonFormatter.Default.Format(sample)), random);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        try
        {
            using var body = new ByteArrayContent(bytes);
            using var answer = await session.Http.PostAsync("/v3/" + path, body, limit.Token);
            await answer.Content.ReadAsByteArrayAsync(limit.Token);
            return null;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException && !cancel.IsCancellationRequested)
        {
            return $"{path} with {Convert.ToHexString(bytes)}: {e.Message}";
        }
    }

    // The server may hang up at any time; what counts is that it lives on.
    private static async Task<string?> BareAsync(int port, Random random, CancellationToken cancel)
    {
        byte[][] greetings =
        [
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0"u8.ToArray(), "GET /version HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"u8.ToArray(),
            "POST /v3/kv/put HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{\"a\"\r\n0\r\n\r\n"u8.ToArray(),
        ];
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", port, cancel);
            await client.GetStream().WriteAsync(Mutation.Of(greetings[random.Next(greetings.Length)], random), cancel);
            var stream = client.GetStream();
            client.Client.Shutdown(SocketShutdown.Send);
            await stream.ReadAsync(new byte[256], cancel).AsTask().WaitAsync(Patience, cancel);
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

    private async Task<string?> LookAsync(Session session, CancellationToken cancel)
    {
        if (daemon.HasExited)
        {
            return $"it ended with code {daemon.ExitCode}:\n{string.Join('\n', daemon.Log.TakeLast(20))}";
        }

        using var health = await session.Http.GetAsync("/health?exclude=NOSPACE", cancel).WaitAsync(Patience, cancel);
        return !health.IsSuccessStatusCode ? $"/health: {await health.Content.ReadAsStringAsync(cancel)}"
            : daemon.ResidentBytes > MostResidentBytes ? $"{daemon.ResidentBytes} bytes resident"
            : daemon.Log.FirstOrDefault(line => line.Contains("a call failed in a way it should not", StringComparison.Ordinal));
    }
}
