using System.Collections.Concurrent;
using EtcdEdge.StateMachine;

namespace EtcdEdge.Server.Node;

/// <summary>
/// One request on its way through the log, awaited by whoever posted it. Pooled: a write allocates its log entry and nothing to wait with.
/// </summary>
internal sealed class Proposal : PooledCompletion<ApplyResult>
{
    private static readonly ConcurrentQueue<Proposal> s_pool = new();
    private CancellationToken _cancel;

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
        if (!s_pool.TryDequeue(out var proposal))
        {
            proposal = new Proposal();
        }

        proposal.Id = id;
        proposal.Entry = entry;
        proposal._cancel = cancel;
        return proposal;
    }

    protected override void Taken()
    {
        Entry = default;
        _cancel = default;
        if (s_pool.Count < NodeLimits.PooledProposals)
        {
            s_pool.Enqueue(this);
        }
    }
}
