using EtcdEdge.Api;
using EtcdEdge.Api.Concurrency;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace EtcdEdge.Differential;

/// <summary>
/// The connection to one of the two servers: clients of every service, the watch streams opened so far, and what the generator may know
/// (the newest revision and the last compaction), learned from the answers themselves.
/// </summary>
internal sealed class Session : IAsyncDisposable
{
    private readonly GrpcChannel _channel;
    private readonly Dictionary<int, WatchStream> _streams = [];
    private readonly HashSet<long> _compacted = [];

    public Session(string url)
    {
        _channel = GrpcChannel.ForAddress(url, new GrpcChannelOptions { MaxReceiveMessageSize = null, MaxSendMessageSize = null });
        Invoker = _channel.CreateCallInvoker();
        Http = new HttpClient { BaseAddress = new Uri(url) };
        Kv = new KV.KVClient(Invoker);
        Lease = new Lease.LeaseClient(Invoker);
        Cluster = new Cluster.ClusterClient(Invoker);
        Maintenance = new Maintenance.MaintenanceClient(Invoker);
        Watch = new Watch.WatchClient(Invoker);
        Auth = new Auth.AuthClient(Invoker);
        Lock = new Api.Concurrency.Lock.LockClient(Invoker);
        Election = new Election.ElectionClient(Invoker);
    }

    public CallInvoker Invoker { get; }

    /// <summary>For the JSON gateway.</summary>
    public HttpClient Http { get; }

    public KV.KVClient Kv { get; }

    public Lease.LeaseClient Lease { get; }

    public Cluster.ClusterClient Cluster { get; }

    public Maintenance.MaintenanceClient Maintenance { get; }

    public Watch.WatchClient Watch { get; }

    public Auth.AuthClient Auth { get; }

    public Api.Concurrency.Lock.LockClient Lock { get; }

    public Election.ElectionClient Election { get; }

    /// <summary>The newest token of each user who has been authenticated; each server gives its own.</summary>
    public Dictionary<string, string> Tokens { get; } = [];

    /// <summary>What calls show from now on; null is nothing.</summary>
    public string? Token { get; set; }

    /// <summary>The places won in elections, by name.</summary>
    public Dictionary<string, LeaderKey> Leaders { get; } = [];

    /// <summary>The highest revision any answer carried.</summary>
    public long Revision { get; private set; } = 1;

    /// <summary>The revision of the last successful compaction; 0 before the first.</summary>
    public long CompactRevision { get; private set; }

    public ulong MemberId { get; private set; }

    /// <summary>A call's options, with whoever the session is.</summary>
    public CallOptions Options(CancellationToken cancel) =>
        new(Token is null ? null : new Metadata { { "token", Token } }, cancellationToken: cancel);

    /// <summary>Learns from a response header; every response of etcd's API but a few has one.</summary>
    public void Observe(IMessage answer)
    {
        var field = answer.Descriptor.FindFieldByName("header");
        if (field?.Accessor.GetValue(answer) is ResponseHeader header)
        {
            Revision = Math.Max(Revision, header.Revision);
            MemberId = header.MemberId;
        }
    }

    /// <summary>Asks for the member's own ID when no answer has carried it yet.</summary>
    public async Task LearnMemberAsync(CancellationToken cancel)
    {
        if (MemberId == 0)
        {
            Observe(await Maintenance.StatusAsync(new StatusRequest(), cancellationToken: cancel));
        }
    }

    public void ObserveCompaction(long revision)
    {
        CompactRevision = revision;
        _compacted.Add(revision);
    }

    /// <summary>True when a compaction was asked for just this revision.</summary>
    public bool HasCompacted(long revision) => _compacted.Contains(revision);

    /// <summary>The stream with this number, opened when it is first used.</summary>
    public async Task<WatchStream> StreamAsync(int number, CancellationToken cancel)
    {
        if (!_streams.TryGetValue(number, out var stream))
        {
            stream = await WatchStream.OpenAsync(this, cancel);
            _streams.Add(number, stream);
        }

        return stream;
    }

    public async Task CloseStreamAsync(int number)
    {
        if (_streams.Remove(number, out var stream))
        {
            await stream.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var stream in _streams.Values)
        {
            await stream.DisposeAsync();
        }

        Http.Dispose();
        _channel.Dispose();
    }
}
