using System.Diagnostics;
using EtcdEdge.Configuration;
using EtcdEdge.Server.Common;
using EtcdEdge.Server.Logging;
using EtcdEdge.Server.Memory;
using EtcdEdge.Server.Metrics;
using EtcdEdge.Server.Node;
using EtcdEdge.Snapshots.Checkpoints;
using EtcdEdge.Snapshots.State;
using EtcdEdge.Storage.Wal;
using Microsoft.Extensions.Logging;

namespace EtcdEdge.Server.Checkpoints;

/// <summary>
/// The thread that writes checkpoints of the published state and releases the log before them. It captures the state on the node loop and works on
/// the immutable root while the loop continues. A failure is logged, counted and retried; it never stops the server.
/// </summary>
internal sealed class Checkpointer : IDefragmenter, IDisposable
{
    private readonly MemberCheckpoints _checkpoints;
    private readonly WriteAheadLog _wal;
    private readonly EtcdNode _node;
    private readonly TimeProvider _time;
    private readonly CheckpointMetrics _metrics;
    private readonly ILogger _logger;
    private readonly CheckpointDue _due;
    private readonly HeapCompactor _memory = new(new ProcessHeap());
    private readonly FreeSpace _space;
    private readonly LogRoom _room;
    private readonly Action _released;
    private readonly AutoResetEvent _wake = new(false);
    private readonly Thread _thread;
    private readonly Queue<Request> _requests = new();
    private readonly Lock _lock = new();
    private volatile bool _stopping;
    private long _nextSayMs = long.MinValue;

    /// <param name="checkpoints">Where they are written.</param>
    /// <param name="wal">The log that they let go.</param>
    /// <param name="node">Whose state it is.</param>
    /// <param name="space">The free space on the disk.</param>
    /// <param name="room">The log's bound.</param>
    /// <param name="options">When one is due.</param>
    /// <param name="released">Called when part of the log may have been released.</param>
    /// <param name="time">The monotonic clock.</param>
    /// <param name="metrics">Counts them.</param>
    /// <param name="logger">Receives a line for each.</param>
    public Checkpointer(
        MemberCheckpoints checkpoints, WriteAheadLog wal, EtcdNode node, FreeSpace space, LogRoom room, CheckpointOptions options, Action released,
        TimeProvider time, CheckpointMetrics metrics, ILogger logger)
    {
        (_space, _room, _released) = (space, room, released);
        (_checkpoints, _wal, _node, _time, _metrics, _logger) = (checkpoints, wal, node, time, metrics, logger);
        checkpoints.Pace = new CheckpointPace(time, () => room.IsScarce, Thread.Sleep);
        _due = new CheckpointDue(options.LogBytes, options.Interval);
        _thread = new Thread(Run) { Name = "checkpoint", IsBackground = true, Priority = ThreadPriority.BelowNormal };
    }

    public void Start()
    {
        _due.Written(_time.MonotonicMs(), 0, _node.Root.CompactRevision, cost: 0);
        if (_checkpoints.HasLostOne)
        {
            _requests.Enqueue(new Request(Shrink: false));
        }

        _thread.Start();
    }

    /// <summary>Any thread: the log is near its bound.</summary>
    public void Press() => _wake.Set();

    /// <inheritdoc/>
    public Task<string?> DefragmentAsync() => WriteNowAsync(shrink: true);

    /// <summary>
    /// Any thread: writes a checkpoint soon, even if none is due. Completes with null when it is durable, otherwise with the reason of the failure.
    /// </summary>
    /// <param name="shrink">Into a new file, without free space.</param>
    public Task<string?> WriteNowAsync(bool shrink)
    {
        var request = new Request(shrink);
        lock (_lock)
        {
            if (_stopping)
            {
                return Task.FromResult<string?>("the server stops");
            }

            _requests.Enqueue(request);
        }

        _wake.Set();
        return request.Done.Task;
    }

    /// <summary>Gives up what is under way and ends.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _stopping = true;
        }

        _checkpoints.Stop();
        _wake.Set();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        _wake.Dispose();
    }

    private void Run()
    {
        _memory.Disturbed(_time.MonotonicMs());
        while (!_stopping)
        {
            _wake.WaitOne(_room.IsScarce ? CheckpointLimits.CheckpointPressedLookMs : _memory.IsDue ? MemoryLimits.MemoryLookMs
                : CheckpointLimits.CheckpointLookMs);
            if (_space.IsShort(_time.MonotonicMs()))
            {
                _node.RaiseNoSpace();
            }

            var request = TakeRequest();
            if (!_stopping && (request is not null || IsDue()))
            {
                var failure = Write(request?.Shrink ?? false);
                request?.Done.TrySetResult(failure);
            }

            if (!_room.IsScarce)
            {
                _memory.Look(_time.MonotonicMs(), _wal.Statistics.GroupBytes);
            }
        }

        while (TakeRequest() is { } late)
        {
            late.Done.TrySetResult("the server stops");
        }
    }

    private bool IsDue()
    {
        var nowMs = _time.MonotonicMs();
        var isPressed = _room.IsScarce && _checkpoints.HeldTwice < _node.Status.AppliedIndex;
        if (isPressed && nowMs >= _nextSayMs)
        {
            _nextSayMs = nowMs + CheckpointLimits.LogFullSayMs;
            _logger.LogNearBound(_room.UsedBytes, _room.BoundBytes);
        }

        return _due.IsDue(nowMs, _wal.Statistics.GroupBytes, _node.Root.CompactRevision, isPressed);
    }

    private Request? TakeRequest()
    {
        lock (_lock)
        {
            return _requests.TryDequeue(out var request) ? request : null;
        }
    }

    private string? Write(bool shrink)
    {
        var logged = _wal.Statistics.GroupBytes;
        if (Capture() is not { } captured)
        {
            return "the node has no state to give";
        }

        var started = Stopwatch.GetTimestamp();
        var before = _checkpoints.Store.Statistics;
        try
        {
            if (_checkpoints.Write(captured, shrink) is not { } result)
            {
                return null;
            }

            var cost = _checkpoints.Store.Statistics.BytesWritten - before.BytesWritten;
            _due.Written(_time.MonotonicMs(), logged, captured.State.Header.CompactRevision, cost);
            var took = Stopwatch.GetElapsedTime(started);
            _metrics.Written();
            _logger.CheckpointWritten(result.AppliedIndex, result.Records, cost, result.IsWhole, took);
            if (result.Replaced is { } damage)
            {
                _metrics.WasDamaged();
                _logger.CheckpointReplaced(damage.Message);
            }

            _wal.ReleaseBefore(_checkpoints.HeldTwice + 1);
            _released();
            _memory.Disturbed(_time.MonotonicMs());
            return null;
        }
        catch (IOException failure)
        {
            return Failed(failure);
        }
    }

    private string Failed(IOException failure)
    {
        _due.Failed(_time.MonotonicMs());
        if (!_stopping)
        {
            _metrics.Failed();
            _logger.CheckpointFailed(failure.Message);
        }

        return failure.Message;
    }

    // After the removal of what a compaction deleted, so that it is never written; not when compactions follow each other without end, nor while
    // writes wait for room in the log.
    private CapturedSnapshot? Capture()
    {
        try
        {
            _node.CompactionRemovedAsync(CancellationToken.None).AsTask().Wait(_room.IsScarce ? 0 : CheckpointLimits.CheckpointCompactionPatienceMs);
            var capture = _node.CaptureDurableAsync();
            while (!capture.Wait(CheckpointLimits.CheckpointLookMs))
            {
                if (_stopping)
                {
                    return null;
                }
            }

            return capture.Result;
        }
        catch (AggregateException)
        {
            return null;
        }
    }

    private sealed record Request(bool Shrink)
    {
        public TaskCompletionSource<string?> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
