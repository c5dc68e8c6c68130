using EtcdEdge.Api;
using EtcdEdge.Configuration;
using EtcdEdge.Peers;
using EtcdEdge.Peers.Net;
using EtcdEdge.Raft.Membership;
using EtcdEdge.Raft.Model;
using EtcdEdge.Server.Metrics;
using EtcdEdge.StateMachine.Cluster;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;

namespace EtcdEdge.Differential.Fuzz;

/// <summary>A transport that says it is a member, dials the others, and sends what chance says.</summary>
internal sealed class Impostor : ISnapshotSource, ISnapshotSink, IAsyncDisposable
{
    private static readonly MessageType[] s_leaders = [MessageType.Append, MessageType.Append, MessageType.Append, MessageType.Heartbeat,
        MessageType.Snapshot, MessageType.TimeoutNow, MessageType.ReadIndexResponse];
    private static readonly MessageType[] s_followers =
    [
        MessageType.AppendResponse, MessageType.Vote, MessageType.VoteResponse, MessageType.PreVote, MessageType.PreVoteResponse,
            MessageType.HeartbeatResponse,
        MessageType.ReadIndex, (MessageType)0, (MessageType)77, (MessageType)255,
    ];

    private static readonly ulong[] s_edges = [0, 1, 2, uint.MaxValue, long.MaxValue, ulong.MaxValue - 1, ulong.MaxValue];
    private readonly Random _random;
    private readonly MessageGenerator _requests;
    private readonly PeerTransport _transport;
    private readonly ulong[] _others;
    private readonly ulong _self;
    private readonly bool _leads;
    private ulong _term;

    /// <param name="cluster">The cluster's id.</param>
    /// <param name="self">Who to be.</param>
    /// <param name="members">Everybody, with a peer URL.</param>
    /// <param name="leads">True for the one who says that it leads: two leaders in one term end a member at once, and nothing else would be
    /// seen.</param>
    /// <param name="seed">Decides everything.</param>
    public Impostor(ulong cluster, ulong self, (ulong Id, string Url)[] members, bool leads, int seed)
    {
        _leads = leads;
        _random = new Random(seed);
        _requests = new MessageGenerator(new Random(seed));
        _self = self;
        _others = [.. members.Select(member => member.Id).Where(id => id != self)];
        _transport = new PeerTransport(Context(cluster), tls: null);
        _transport.SetMembers(
            new ClusterView
            {
                Members =
            [.. members.Select(member => new EtcdEdge.StateMachine.Cluster.Member { Id = member.Id, PeerUrls = [member.Url] })]
            });
    }

    /// <summary>One message, forwarded entry or call to one of the others.</summary>
    /// <param name="term">About the cluster's term.</param>
    /// <param name="index">About its commit index.</param>
    public void Send(ulong term, ulong index)
    {
        var to = _others[_random.Next(_others.Length)];
        switch (_random.Next(10))
        {
            case 0:
                _transport.Forward(to, Command());
                break;
            case 1:
                _transport.Post(to, (PeerCallKind)_random.Next(8), Command());
                break;
            default:
                _transport.Send([Message(to, term, index)]);
                break;
        }
    }

    public Func<Stream, CancellationToken, Task> Capture(EtcdEdge.Raft.Model.Message message)
    {
        var bytes = new byte[_random.Next(2000)];
        _random.NextBytes(bytes);
        return (stream, cancel) => stream.WriteAsync(bytes, cancel).AsTask();
    }

    public Task ReceiveAsync(EtcdEdge.Raft.Model.Message message, Stream data, CancellationToken cancel) => Task.CompletedTask;

    public ValueTask DisposeAsync() => _transport.DisposeAsync();

    private EtcdEdge.Raft.Model.Message Message(ulong to, ulong term, ulong index)
    {
        var types = _leads ? s_leaders : s_followers;
        var type = types[_random.Next(types.Length)];
        var first = Near(index);
        return new EtcdEdge.Raft.Model.Message
        {
            Type = type,
            From = _self,
            To = to,
            Term = _leads ? LeaderTerm(term) : FollowerTerm(term),
            Index = first,
            LogTerm = Near(term),
            Commit = Near(index),
            CommitTerm = Near(term),
            Reject = _random.Next(3) == 0,
            RejectHint = Near(index),
            Context = Near(0),
            Force = _random.Next(5) == 0,
            Entries = type == MessageType.Append ? Entries(term, first) : default,
            Snapshot = type == MessageType.Snapshot ? new SnapshotMetadata(Near(index), Near(term), Members()) : null,
        };
    }

    private ReadOnlyMemory<Entry> Entries(ulong term, ulong first) => Enumerable.Range(1, _random.Next(5))
        .Select(i => new Entry(Near(term), first + (ulong)i, (EntryType)(_random.Next(10) == 0 ? _random.Next(4) : 0), Command())).ToArray();

    private byte[] Command() => WireMutation.Of(_requests.Next(InternalRaftRequest.Descriptor).ToByteArray(), _random);

    private ConfState Members() =>
        new() { Voters = [.. _others.Append(_self).Take(_random.Next(1, 4))], Learners = _random.Next(4) == 0 ? [0x99] : [] };

    // Later than that of whoever leads, and later again now and then.
    private ulong LeaderTerm(ulong term) => _term = Math.Max(_term, term + 1) + (_random.Next(50) == 0 ? (ulong)_random.Next(5) : 0);

    // A term from the end of numbers leaves nothing to say afterwards, so it comes rarely.
    private ulong FollowerTerm(ulong term) => _random.Next(300) == 0 ? Near(term) : term + (ulong)_random.Next(3);

    private ulong Near(ulong value) => _random.Next(8) == 0 ? s_edges[_random.Next(s_edges.Length)] : value + (ulong)_random.Next(6) - 2;

    private PeerContext Context(ulong cluster) => new()
    {
        Self = new PeerOptions { ClusterId = cluster, MemberId = _self, ListenUrls = [], AdvertisedUrls = ["http://127.0.0.1:1"] },
        Handlers = new PeerHandlers
        {
            Received = (_, _) => ValueTask.CompletedTask,
            Unreachable = _ => { },
            Dead = _ => { },
            SnapshotSent = (_, _) => { },
            Forwarded = (_, _) => ValueTask.CompletedTask,
            Answer = (_, _) => new ValueTask<PeerAnswer>(new PeerAnswer(0)),
            RemovedSaidBy = _ => { },
        },
        SnapshotSource = this,
        SnapshotSink = this,
        Metrics = new EtcdMetrics(MetricsDetail.Basic, FeatureGates.Defaults).Peers,
        Time = TimeProvider.System,
        Logger = NullLogger.Instance,
        LogThrottle = new LogThrottle(TimeProvider.System),
    };
}
