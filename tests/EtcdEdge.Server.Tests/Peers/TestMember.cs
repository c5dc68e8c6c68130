using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Threading.Channels;
using EtcdEdge.Configuration;
using EtcdEdge.Peers;
using EtcdEdge.Peers.Net;
using EtcdEdge.Peers.Tls;
using EtcdEdge.Raft.Model;
using EtcdEdge.StateMachine.Cluster;
using Xunit;

namespace EtcdEdge.Server.Tests.Peers;

/// <summary>A transport on loopback with everything around it recorded. Appends can be held up to play a slow member.</summary>
internal sealed class TestMember : ISnapshotSource, ISnapshotSink, IAsyncDisposable
{
    public const ulong Cluster = 0xc1;

    private readonly Channel<Message> _received = Channel.CreateUnbounded<Message>();
    private readonly Channel<Message> _appends = Channel.CreateUnbounded<Message>();
    private readonly Channel<(ulong Peer, bool Succeeded)> _snapshotsSent = Channel.CreateUnbounded<(ulong Peer, bool Succeeded)>();

    public TestMember(ulong id, ulong cluster = Cluster, int port = 0, TlsContext? tls = null)
    {
        Id = id;
        Scheme = tls is null ? "http" : "https";
        var context = new PeerContext
        {
            Self = new PeerOptions { ClusterId = cluster, MemberId = id, ListenUrls = [new ListenUrl(Scheme, "127.0.0.1", port)] },
            Handlers = new PeerHandlers
            {
                Received = ReceiveAsync,
                Unreachable = Unreachable.Enqueue,
                Dead = Dead.Enqueue,
                SnapshotSent = (peer, succeeded) => _snapshotsSent.Writer.TryWrite((peer, succeeded)),
                Forwarded = (entry, _) =>
                {
                    Forwarded.Enqueue(entry);
                    return ValueTask.CompletedTask;
                },
                Answer = (call, cancel) => Answer(call, cancel),
                RemovedSaidBy = RemovedSaidBy.Enqueue,
            },
            SnapshotSource = this,
            SnapshotSink = this,
            Metrics = Metrics,
            Time = TimeProvider.System,
            Logger = Logger,
            LogThrottle = new LogThrottle(TimeProvider.System),
        };
        Transport = new PeerTransport(context, tls);
        Transport.Listen();
    }

    public ulong Id { get; }

    public string Scheme { get; }

    public PeerTransport Transport { get; }

    public RecordingLogger Logger { get; } = new();

    public RecordingMetrics Metrics { get; } = new();

    public ConcurrentQueue<ulong> Unreachable { get; } = new();

    public ConcurrentQueue<ulong> Dead { get; } = new();

    public ConcurrentQueue<byte[]> Forwarded { get; } = new();

    public ConcurrentQueue<ulong> RemovedSaidBy { get; } = new();

    public Func<PeerCall, CancellationToken, ValueTask<PeerAnswer>> Answer { get; set; } = (call, _) => new(new PeerAnswer(0, call.Payload));

    /// <summary>Set: appends wait for it before they count as received.</summary>
    public Task? HoldAppends { get; set; }

    /// <summary>Size of the snapshots this member sends; their bytes follow from a seed.</summary>
    public long SnapshotBytes { get; set; }

    /// <summary>Set: this member fails to store a snapshot.</summary>
    public string? SinkFailure { get; set; }

    /// <summary>Digest of the last snapshot this member stored.</summary>
    public byte[]? StoredDigest { get; private set; }

    public int Port => ((IPEndPoint)Transport.ListenEndPoints[0]).Port;

    public Member AsMember => new() { Id = Id, PeerUrls = [$"{Scheme}://127.0.0.1:{Port}"] };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Makes all know all.</summary>
    public static void Introduce(params TestMember[] members)
    {
        foreach (var member in members)
        {
            member.Know([.. members.Select(other => other.AsMember)]);
        }
    }

    public void Know(params Member[] members) => Transport.SetMembers(new ClusterView { Members = [.. members] });

    /// <summary>Waits until the connection from this member to <paramref name="other"/> stands.</summary>
    public Task ConnectedAsync(TestMember other) => Eventually.IsTrue(() => Transport.ConnectedFor(other.Id) is not null, Cancel);

    public void Send(params Message[] messages) => Transport.Send(messages);

    /// <summary>The next message that came over the control channel or as a snapshot.</summary>
    public async Task<Message> NextAsync() => await TakeAsync(_received);

    /// <summary>The next append.</summary>
    public async Task<Message> NextAppendAsync() => await TakeAsync(_appends);

    public int AppendsWaiting => _appends.Reader.Count;

    public async Task<(ulong Peer, bool Succeeded)> NextSnapshotSentAsync() => await TakeAsync(_snapshotsSent);

    public Task LoggedAsync(string text) =>
        Eventually.IsTrue(() => Logger.Lines.Any(line => line.Contains(text, StringComparison.Ordinal)), Cancel);

    public Func<Stream, CancellationToken, Task> Capture(Message message)
    {
        var size = SnapshotBytes;
        return async (output, cancel) =>
        {
            foreach (var chunk in SnapshotContent(size))
            {
                await output.WriteAsync(chunk, cancel);
            }
        };
    }

    public async Task ReceiveAsync(Message message, Stream data, CancellationToken cancel)
    {
        if (SinkFailure is { } failure)
        {
            throw new IOException(failure);
        }

        StoredDigest = await SHA256.HashDataAsync(data, cancel);
        await ReceiveAsync(message, cancel);
    }

    public static byte[] SnapshotDigest(long size)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var chunk in SnapshotContent(size))
        {
            hash.AppendData(chunk);
        }

        return hash.GetHashAndReset();
    }

    public ValueTask DisposeAsync() => Transport.DisposeAsync();

    private static async Task<T> TakeAsync<T>(Channel<T> channel) =>
        await channel.Reader.ReadAsync(Cancel).AsTask().WaitAsync(TimeSpan.FromMinutes(1), Cancel);

    private static IEnumerable<byte[]> SnapshotContent(long size)
    {
        var random = new Random(7);
        for (var left = size; left > 0;)
        {
            var chunk = new byte[Math.Min(left, 100_001)];
            random.NextBytes(chunk);
            left -= chunk.Length;
            yield return chunk;
        }
    }

    private async ValueTask ReceiveAsync(Message message, CancellationToken cancel)
    {
        if (message.Type != MessageType.Append)
        {
            _received.Writer.TryWrite(message);
            return;
        }

        if (HoldAppends is { } hold)
        {
            await hold.WaitAsync(cancel);
        }

        _appends.Writer.TryWrite(message);
    }
}
