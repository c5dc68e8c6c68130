using System.Buffers.Binary;
using System.Diagnostics;
using EtcdEdge.Configuration;
using EtcdEdge.Peers;
using EtcdEdge.Peers.Net;
using EtcdEdge.Peers.Tls;
using EtcdEdge.Raft.Model;
using EtcdEdge.Server.Checkpoints;
using EtcdEdge.Server.Common;
using EtcdEdge.Server.Logging;
using EtcdEdge.Snapshots.Checkpoints;
using EtcdEdge.Snapshots.State;
using EtcdEdge.StateMachine.Cluster;
using EtcdEdge.Storage;
using EtcdEdge.Storage.Checkpoint;
using Microsoft.Extensions.Logging;

namespace EtcdEdge.Server.Bootstrap;

/// <summary>
/// Recovers a member whose checkpoints and log no longer make a state: before it takes part in anything it fetches another member's state and makes
/// that its newest checkpoint. This is safe because the end of the log is intact: the member knows its term and its vote, and it sends nothing until
/// it holds a committed prefix that reaches as far as its acknowledgements (Snapshots/DESIGN.md, "A member that lost its state").
/// </summary>
internal sealed class StateRecovery : ISnapshotSink, ISnapshotSource, IAsyncDisposable
{
    private readonly ulong _lastIndex;
    private readonly ServerOptions _options;
    private readonly TlsContext? _tls;
    private readonly ILogger _logger;
    private readonly MemberIdentity _self;
    private readonly DataDirectory _directory;
    private readonly SnapshotSink _receiver;
    private readonly PeerTransport _transport;
    private readonly TaskCompletionSource<Message> _taken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> _failures = [];
    private volatile bool _isArriving;
    private volatile bool _isRemoved;

    private StateRecovery(DataDirectory directory, ulong lastIndex, ServerOptions options, TlsContext? tls, ILogger logger)
    {
        (_directory, _lastIndex, _options, _tls, _logger) = (directory, lastIndex, options, tls, logger);
        _self = directory.Identity!;
        var checkpoints = new MemberCheckpoints(CheckpointStore.Open(new FileDisk(), directory.SnapshotPath, _self));
        _receiver = new SnapshotSink(_self.MemberId, checkpoints, () => StateMachineParts.Create(options), Took);
        _transport = new PeerTransport(Context(), tls);
    }

    /// <summary>Returns when a state that reaches as far as the log did is this member's newest checkpoint.</summary>
    /// <exception cref="StartException">No other member has such a state, or this member is alone.</exception>
    public static async Task RunAsync(MissingStateException lost, ServerOptions options, TlsContext? tls, ILogger logger, CancellationToken cancel)
    {
        if (options.Cluster.ForceNewCluster)
        {
            throw lost;
        }

        try
        {
            var directory = DataDirectory.Open(new FileDisk(), options.DataDir, options.WalDir);
            var others = UrlsOfOthers(options, lost.Members.Where(member => member.Id != directory.Identity!.MemberId));
            if (others.Count == 0)
            {
                directory.Dispose();
                throw lost;
            }

            logger.RebuildBegins(lost.Message, lost.LastIndex);
            await using var rebuild = new StateRecovery(directory, lost.LastIndex, options, tls, logger);
            await rebuild.RunAsync(lost, others, cancel);
        }
        catch (Exception refusal) when (refusal is DiskException or DataDirectoryException or CheckpointException)
        {
            throw new StartException(refusal.Message, refusal);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _transport.DisposeAsync();
        _directory.Dispose();
    }

    async Task ISnapshotSink.ReceiveAsync(Message message, Stream data, CancellationToken cancel)
    {
        if (message.Snapshot!.Index < _lastIndex)
        {
            throw new IOException(TooShort(message.From, message.Snapshot.Index));
        }

        _isArriving = true;
        try
        {
            await _receiver.ReceiveAsync(message, data, cancel);
        }
        finally
        {
            _isArriving = false;
        }
    }

    Func<Stream, CancellationToken, Task> ISnapshotSource.Capture(Message message) =>
        throw new UnreachableException("a member without a state sends none");

    /// <summary>The members that the operator names, then those that the files name.</summary>
    private static List<ListenUrl> UrlsOfOthers(ServerOptions options, IEnumerable<Member> known)
    {
        var urls = ClusterJoin.UrlsOfOthers(options).ToList();
        foreach (var text in known.SelectMany(member => member.PeerUrls))
        {
            if (ListenUrl.TryParse(text, out var url, out _) && urls.TrueForAll(named => named.ToString() != url.ToString()))
            {
                urls.Add(url);
            }
        }

        return urls;
    }

    private async Task RunAsync(MissingStateException lost, IReadOnlyList<ListenUrl> others, CancellationToken cancel)
    {
        var patience = Stopwatch.StartNew();
        _transport.Listen();
        while (!_taken.Task.IsCompleted)
        {
            _failures.Clear();
            if (await FindAsync(others, cancel) is { } cluster)
            {
                await AskAsync(MembersOf(cluster), cancel);
            }

            if (!_taken.Task.IsCompleted && patience.Elapsed > BootstrapLimits.RebuildPatience)
            {
                throw new StartException($"{lost.Message} No other member gave its state within {BootstrapLimits.RebuildPatience.TotalSeconds} s: "
                    + string.Join("; ", _failures));
            }

            await Task.WhenAny(_taken.Task, Task.Delay(BootstrapLimits.RebuildPause, cancel));
            cancel.ThrowIfCancellationRequested();
        }

        var taken = await _taken.Task;
        _logger.Rebuilt(taken.From.ToString("x"), taken.Snapshot!.Index);
    }

    /// <summary>
    /// The first answer of this member's cluster that includes this member; null when there is none. A member that was removed meanwhile, or whose
    /// URL was reassigned, may answer with something else.
    /// </summary>
    private async Task<RemoteCluster?> FindAsync(IReadOnlyList<ListenUrl> others, CancellationToken cancel)
    {
        RemoteCluster? foreign = null;
        for (var i = 0; i < others.Count && !_isRemoved; i++)
        {
            if (await RemoteCluster.AskAsync([others[i]], _tls, BootstrapLimits.JoinerPatience, _failures, cancel) is not { } cluster)
            {
                continue;
            }

            if (cluster.ClusterId == _self.ClusterId && cluster.Members.Any(member => member.Id == _self.MemberId))
            {
                return cluster;
            }

            foreign ??= cluster;
        }

        return foreign is null && !_isRemoved ? null : throw new StartException(
            $"the data directory holds member {_self.MemberId:x} of cluster {_self.ClusterId:x}, whose state is lost, and the members that "
                + $"--initial-cluster or the "
            + $"data directory names are of cluster {foreign?.ClusterId ?? _self.ClusterId:x} without it: empty the data directory and add the "
            + $"member anew "
            + "(etcdctl member add)");
    }

    private Member[] MembersOf(RemoteCluster cluster)
    {
        _transport.SetMembers(new ClusterView { Members = [.. cluster.Members.OrderBy(member => member.Id)] });
        return [.. cluster.Members.Where(member => member.Id != _self.MemberId)];
    }

    /// <summary>One after the other, until one has sent what this member needs.</summary>
    private async Task AskAsync(Member[] members, CancellationToken cancel)
    {
        var question = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(question, _lastIndex);
        foreach (var member in members)
        {
            try
            {
                var answer = await _transport.CallAsync(member.Id, PeerCallKind.SendState, question, PeerLimits.DialTimeout, cancel);
                var reaches = answer is { Code: 0, Payload.Length: sizeof(ulong) } ? BinaryPrimitives.ReadUInt64LittleEndian(answer.Payload.Span) : 0;
                if (reaches < _lastIndex)
                {
                    _failures.Add(TooShort(member.Id, reaches));
                }
                else if (await ArrivesAsync(cancel))
                {
                    return;
                }
            }
            catch (PeerCallException silent)
            {
                _failures.Add(silent.Message);
            }
        }
    }

    /// <summary>Waits for a state that was promised, as long as it takes once it has begun to come.</summary>
    private async Task<bool> ArrivesAsync(CancellationToken cancel)
    {
        var clock = Stopwatch.StartNew();
        while (!_taken.Task.IsCompleted && (_isArriving || clock.Elapsed < TlsLimits.HandshakeTimeout))
        {
            await Task.WhenAny(_taken.Task, Task.Delay(BootstrapLimits.RebuildPause, cancel));
            cancel.ThrowIfCancellationRequested();
        }

        return _taken.Task.IsCompleted;
    }

    private ValueTask Took(ReceivedSnapshot state, CancellationToken cancel)
    {
        _taken.TrySetResult(state.Message);
        return ValueTask.CompletedTask;
    }

    private string TooShort(ulong from, ulong reaches) =>
        $"the state of member {from:x} ends with entry {reaches}, while this member acknowledged entries up to {_lastIndex}";

    private PeerContext Context() => new()
    {
        Self = PeerOptions.Of(_self.ClusterId, _self.MemberId, _options),
        // Raft messages of the other members are dropped, as if this member were down.
        Handlers = new PeerHandlers
        {
            Received = (_, _) => ValueTask.CompletedTask,
            Forwarded = (_, _) => ValueTask.CompletedTask,
            Unreachable = _ => { },
            Dead = _ => { },
            SnapshotSent = (_, _) => { },
            Answer = (_, _) => ValueTask.FromResult(new PeerAnswer(PeerAnswer.UnknownKind)),
            RemovedSaidBy = _ => _isRemoved = true,
        },
        SnapshotSource = this,
        SnapshotSink = this,
        Metrics = new NoPeerMetrics(),
        Time = TimeProvider.System,
        Logger = _logger,
        LogThrottle = new LogThrottle(TimeProvider.System),
    };
}
