using System.Collections.Concurrent;
using System.Threading.Tasks.Sources;
using EtcdEdge.StateMachine;

namespace EtcdEdge.Server.Node;

/// <summary>
/// One request on its way through the log, awaited by whoever posted it. Pooled: a write allocates its log entry and nothing to wait with.
/// Each proposal is completed exactly once; its waiter goes on on the thread pool, never on the loop.
/// </summary>
internal sealed class Proposal : IValueTaskSource<ApplyResult>
{
    private static readonly ConcurrentQueue<Proposal> Pool = new();
    private CancellationToken _cancel;
    private ManualResetValueTaskSourceCore<ApplyResult> _completion;

    /// <summary>The request's id inside the log entry, unique per member and start.</summary>
    public ulong Id { get; private set; }

    /// <summary>The whole log entry.</summary>
    public ReadOnlyMemory<byte> Entry { get; private set; }

    /// <summary>When the waiter is told that the request timed out, in milliseconds of the loop's clock; set by the loop.</summary>
    public long DeadlineMs { get; set; }

    /// <summary>The caller has gone: nobody waits for the result.</summary>
    public bool IsGivenUp => _cancel.IsCancellationRequested;

    public static Proposal Rent(ulong id, ReadOnlyMemory<byte> entry, CancellationToken cancel)
    {
        if (!Pool.TryDequeue(out var proposal))
        {
            proposal = new Proposal();
        }
        proposal.Id = id;
        proposal.Entry = entry;
        proposal._cancel = cancel;
        return proposal;
    }

    public ValueTask<ApplyResult> Completion => new(this, _completion.Version);

    /// <param name="result">What came of it.</param>
    /// <param name="resumesHere">The waiter may go on on this thread.</param>
    public void Complete(in ApplyResult result, bool resumesHere)
    {
        _completion.RunContinuationsAsynchronously = !resumesHere;
        _completion.SetResult(result);
    }

    ApplyResult IValueTaskSource<ApplyResult>.GetResult(short token)
    {
        var result = _completion.GetResult(token);
        _completion.Reset();
        Entry = default;
        _cancel = default;
        if (Pool.Count < Limits.PooledProposals)
        {
            Pool.Enqueue(this);
        }
        return result;
    }

    ValueTaskSourceStatus IValueTaskSource<ApplyResult>.GetStatus(short token) => _completion.GetStatus(token);

    void IValueTaskSource<ApplyResult>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _completion.OnCompleted(continuation, state, token, flags);
}
