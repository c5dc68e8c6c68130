using System.Collections.Concurrent;
using System.Text;
using EtcdEdge.Api;
using Grpc.Core;

namespace EtcdEdge.Differential;

/// <summary>
/// One watch stream and what arrived on it, kept per watcher: how a server groups events into responses, and how responses of different watchers
/// interleave, is its own affair; what each watcher sees, and in which order, is not.
/// </summary>
internal sealed class WatchStream : IAsyncDisposable
{
    /// <summary>A watcher of a key nobody writes: etcd answers a progress request only on a stream that has a watcher.</summary>
    private const long SentinelId = 1_000_000;
    private const long ProgressId = -1;
    private static readonly TimeSpan s_answerLimit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_progressRetry = TimeSpan.FromMilliseconds(100);
    private readonly AsyncDuplexStreamingCall<WatchRequest, WatchResponse> _call;
    private readonly Session _session;
    private readonly Lock _gate = new();
    private readonly SortedDictionary<long, List<string>> _seen = [];
    private readonly ConcurrentQueue<long> _toRelease = [];
    private readonly HashSet<long> _released = [];
    private readonly HashSet<long> _alive = [];
    private readonly SemaphoreSlim _arrived = new(0);
    private readonly Task _reader;
    private int _created;
    private long _progress;
    private string? _end;

    private WatchStream(Session session)
    {
        _session = session;
        _call = session.Watch.Watch();
        _reader = ReadAsync();
    }

    public static async Task<WatchStream> OpenAsync(Session session, CancellationToken cancel)
    {
        var stream = new WatchStream(session);
        await stream.CreateAsync(new WatchCreateRequest { Key = Keys.Sentinel, WatchId = SentinelId }, cancel);
        return stream;
    }

    /// <summary>Sends a create request and waits for its one answer, which may be a refusal.</summary>
    public async Task CreateAsync(WatchCreateRequest request, CancellationToken cancel)
    {
        var before = Volatile.Read(ref _created);
        await _call.RequestStream.WriteAsync(new WatchRequest { CreateRequest = request }, cancel);
        await UntilAsync(() => Volatile.Read(ref _created) > before, cancel);
    }

    /// <summary>
    /// Sends a cancel request and waits for its answer; a watcher that does not exist gets none. A barrier stands before it, because etcd
    /// may drop events that were not yet sent, and after it, because the answer to a progress request may overtake that to a cancel.
    /// </summary>
    public async Task CancelAsync(long watchId, CancellationToken cancel)
    {
        await BarrierAsync(cancel);
        await _call.RequestStream.WriteAsync(new WatchRequest { CancelRequest = new WatchCancelRequest { WatchId = watchId } }, cancel);
        await UntilAsync(() => !IsAlive(watchId), cancel);
        await BarrierAsync(cancel);
    }

    /// <summary>
    /// Returns when everything up to the newest revision has arrived. A progress answer says so, but etcd gives none while one of the
    /// stream's watchers is behind (etcd: mvcc/watchable_store.go, progressIfSync), so the request is repeated.
    /// </summary>
    public async Task BarrierAsync(CancellationToken cancel)
    {
        var target = _session.Revision;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(s_answerLimit);
        Interlocked.Exchange(ref _progress, 0);
        while (Interlocked.Read(ref _progress) < target && _end is null)
        {
            await ReleaseCompactedAsync(limit.Token);
            await _call.RequestStream.WriteAsync(new WatchRequest { ProgressRequest = new WatchProgressRequest() }, limit.Token);
            await _arrived.WaitAsync(s_progressRetry, limit.Token);
        }
    }

    /// <summary>What each watcher saw since the last call, and clears it.</summary>
    public string Take()
    {
        lock (_gate)
        {
            var text = new StringBuilder();
            foreach (var (id, seen) in _seen)
            {
                text.Append("\n    watcher ").Append(id).Append(": ").AppendJoin("; ", seen);
            }

            _seen.Clear();
            return text.Append(_end).ToString();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _call.Dispose();
        await _reader;
        _arrived.Dispose();
    }

    /// <summary>
    /// Cancels what compaction has canceled: etcd 3.5 keeps such a watcher in its stream's table, never in sync, and answers no progress request
    /// of the stream any more (mvcc/watcher.go). Whether a server acknowledges this second cancel is not compared.
    /// </summary>
    private async Task ReleaseCompactedAsync(CancellationToken cancel)
    {
        while (_toRelease.TryDequeue(out var id))
        {
            await _call.RequestStream.WriteAsync(new WatchRequest { CancelRequest = new WatchCancelRequest { WatchId = id } }, cancel);
        }
    }

    private async Task UntilAsync(Func<bool> done, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(s_answerLimit);
        while (!done() && _end is null)
        {
            await _arrived.WaitAsync(limit.Token);
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            await foreach (var response in _call.ResponseStream.ReadAllAsync())
            {
                Record(response);
                _arrived.Release();
            }

            _end = "\n    the server ended the stream";
        }
        catch (ObjectDisposedException)
        {
            // Our own DisposeAsync, met between two reads.
        }
        catch (RpcException e)
        {
            _end = $"\n    the stream ended with {e.StatusCode}: {e.Status.Detail}";
        }

        _arrived.Release();
    }

    private void Record(WatchResponse response)
    {
        lock (_gate)
        {
            if (response is { WatchId: ProgressId, Created: false, Canceled: false, Events.Count: 0 })
            {
                Interlocked.Exchange(ref _progress, response.Header.Revision);
                return;
            }

            if (response.WatchId != SentinelId && !IsSecondCancel(response))
            {
                Note(response);
            }

            Track(response);
        }
    }

    private bool IsAlive(long watchId)
    {
        lock (_gate)
        {
            return _alive.Contains(watchId);
        }
    }

    private void Track(WatchResponse response)
    {
        _created += response.Created ? 1 : 0;
        if (response.Canceled)
        {
            _alive.Remove(response.WatchId);
        }
        else if (response.Created)
        {
            _alive.Add(response.WatchId);
        }
    }

    private bool IsSecondCancel(WatchResponse response)
    {
        if (response.Created)
        {
            _released.Remove(response.WatchId);
        }

        var second = response.Canceled && _released.Contains(response.WatchId);
        if (response is { Canceled: true, CompactRevision: not 0 } && _released.Add(response.WatchId))
        {
            _toRelease.Enqueue(response.WatchId);
        }

        return second;
    }

    private void Note(WatchResponse response)
    {
        if (!_seen.TryGetValue(response.WatchId, out var seen))
        {
            _seen.Add(response.WatchId, seen = []);
        }

        seen.AddRange(response.Events.Select(e => AnswerText.Of(e)));
        if (response.Created || response.Canceled)
        {
            var revision = response.Created && !response.Canceled ? $" at {response.Header.Revision}" : "";
            seen.Add($"{(response.Created ? "created" : "")}{(response.Canceled ? "canceled" : "")}{revision}"
                + $" compact_revision={response.CompactRevision} reason='{response.CancelReason}'");
        }
    }
}
