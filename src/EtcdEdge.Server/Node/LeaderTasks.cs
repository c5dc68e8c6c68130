using EtcdEdge.Api;
using EtcdEdge.StateMachine.Lease;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.V2;
using Google.Protobuf;

namespace EtcdEdge.Server.Node;

/// <summary>
/// What only a leader does on its own initiative: expires leases, checkpoints them, compacts. It uses the clock that it is given and acts only
/// through the log, so that all members have the same state. It becomes active once every entry of earlier terms is applied.
/// </summary>
internal sealed class LeaderTasks(Lessor lessor, IAutoCompactor? compactor, long electionTimeoutMs)
{
    /// <summary>The v2 store and the wall clock in nanoseconds since 1970; null where there is no clock.</summary>
    public (V2Store Store, Func<long> NowNanos)? V2 { get; init; }

    private bool _inOffice;

    /// <summary>Extension of all leases when this member becomes leader: clients could not renew them without a leader.</summary>
    public long ElectionTimeoutMs { private get; set; } = electionTimeoutMs;

    private long _nextLeaseSweepMs;

    /// <summary>Called once per step.</summary>
    /// <param name="leads">This member leads and has applied an entry of its own term.</param>
    /// <param name="nowMs">The node's monotonic clock.</param>
    /// <param name="revision">The store's revision.</param>
    /// <param name="propose">Puts a request into the log; false when Raft does not take it now.</param>
    public void Turn(bool leads, long nowMs, long revision, Func<RequestKind, IMessage, bool> propose)
    {
        if (leads != _inOffice)
        {
            ChangeOffice(leads, nowMs);
        }

        if (!leads)
        {
            return;
        }

        lessor.Start(nowMs);
        if (nowMs >= _nextLeaseSweepMs)
        {
            _nextLeaseSweepMs = nowMs + NodeLimits.LeaseSweepMs;
            EndLeases(nowMs, propose);
            CheckpointLeases(nowMs, propose);
            EndV2Nodes(propose);
        }

        if (compactor?.Due(nowMs, revision) is { } compactTo && propose(RequestKind.Compaction, new CompactionRequest { Revision = compactTo }))
        {
            compactor.Compacted(nowMs, compactTo);
        }
    }

    private void ChangeOffice(bool leads, long nowMs)
    {
        _inOffice = leads;
        if (leads)
        {
            lessor.Promote(nowMs, ElectionTimeoutMs);
            return;
        }

        lessor.Demote();
        compactor?.Pause();
    }

    // One that Raft does not take now is found again: the lessor repeats what was not revoked.
    private void EndLeases(long nowMs, Func<RequestKind, IMessage, bool> propose)
    {
        foreach (var id in lessor.Expired(nowMs, NodeLimits.LeaseRevokesPerSweep))
        {
            propose(RequestKind.LeaseRevoke, new LeaseRevokeRequest { ID = id });
        }
    }

    // As etcd's SYNC, but only when a v2 key expires, which saves two log entries a second.
    private void EndV2Nodes(Func<RequestKind, IMessage, bool> propose)
    {
        if (V2 is { } v2 && v2.Store.NextExpirationNanos is { } next && v2.NowNanos() is var now && now >= next)
        {
            propose(RequestKind.V2, new V2Request { Method = "SYNC", Time = now });
        }
    }

    private void CheckpointLeases(long nowMs, Func<RequestKind, IMessage, bool> propose)
    {
        var due = lessor.DueCheckpoints(nowMs, NodeLimits.LeaseCheckpointsPerProposal);
        if (due.Count == 0)
        {
            return;
        }

        var request = new LeaseCheckpointRequest();
        foreach (var lease in due)
        {
            request.Checkpoints.Add(new LeaseCheckpoint { ID = lease.Id, RemainingTTL = lease.CheckpointSeconds });
        }

        propose(RequestKind.LeaseCheckpoint, request);
    }
}
