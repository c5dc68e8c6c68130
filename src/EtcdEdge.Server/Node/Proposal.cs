using System.Collections.Concurrent;
using EtcdEdge.StateMachine;

namespace EtcdEdge.Server.Node;

/// <summary>A request that passes through the log, awaited by its poster. Pooled: a write allocates its log entry and nothing for the wait.</summary>
internal sealed class Proposal : PooledCompletion<ApplyResult>
{
    private static readonly ConcurrentQueue<Proposal> s_pool = new();
    private CancellationToken _cancel;

    /// <summary>The request's id inside the log entry, unique per member and start.</summary>
    public ulong Id { get; private set; }

    /// <summary>The whole log entry.</summary>
    public ReadOnlyMemory<byte> Entry { get; private set; }

    /// <summary>When the request times out, in milliseconds of the loop's clock; set by the loop.</summary>
    public long DeadlineMs { get; set; }

    /// <summary>The request was cancelled: nothing waits for the result.</summary>
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
