using System.Buffers;
using EtcdEdge.Api;
using EtcdEdge.Server.Common;
using EtcdEdge.Server.Node;
using EtcdEdge.StateMachine.Lease;
using EtcdEdge.StateMachine.Model;
using Google.Protobuf;

namespace EtcdEdge.Server.Forwarding;

/// <summary>Renews leases and reports their remaining time on the leader, whose clock they run on.</summary>
/// <param name="node">This member.</param>
/// <param name="lessor">Its leases.</param>
/// <param name="time">The clock that leases run on while this member leads.</param>
/// <param name="extension">The least time by which a new leader extends all leases: the election timeout of the flags.</param>
internal sealed class LeaderLeases(IEtcdNode node, Lessor lessor, TimeProvider time, TimeSpan extension)
{
    private const long NotFound = -1;

    /// <summary>Renews a lease. Returns its TTL in seconds, 0 when it does not exist, null when this member does not lead.</summary>
    public async ValueTask<long?> RenewAsync(long id, CancellationToken cancel)
    {
        var renewal = await RenewAsLeaderAsync(id, cancel);
        return renewal.Outcome switch
        {
            RenewalOutcome.Renewed when renewal.ClearsCheckpoint => await ClearCheckpointAsync(id, renewal.TtlSeconds, cancel),
            RenewalOutcome.Renewed => renewal.TtlSeconds,
            RenewalOutcome.NotFound => 0,
            RenewalOutcome.Expired => await RevokeAsync(id, cancel),
            _ => null,
        };
    }

    /// <summary>A lease's time and keys, without a header; the TTL is -1 when it does not exist. Null when this member does not lead.</summary>
    public LeaseTimeToLiveResponse? TimeToLive(long id)
    {
        var response = new LeaseTimeToLiveResponse { ID = id, TTL = NotFound };
        switch (lessor.TimeToLive(id, time.MonotonicMs(), out var lease))
        {
            case EtcdError.LeaseNotFound:
                return response;
            case EtcdError.None:
                response.TTL = lease!.RemainingSeconds;
                response.GrantedTTL = lease.GrantedSeconds;
                response.Keys.AddRange(lease.Keys.Select(key => UnsafeByteOperations.UnsafeWrap(key)));
                return response;
            default:
                return null;
        }
    }

    /// <summary>All leases this member knows; as in etcd, a follower answers from its own state.</summary>
    public long[] List() => lessor.List(time.MonotonicMs());

    /// <summary>
    /// A replaced leader must not promise time that its successor does not know of (etcd v3_server.go, ensureLeadership). The read barrier proves
    /// that this member led at some moment after it was requested, so a successor was elected later and extends the lease by the whole TTL and the
    /// extension from then on. The promise is covered while the barrier is no older than the extension; a process that was paused meanwhile asks
    /// again.
    /// </summary>
    private async ValueTask<LeaseRenewal> RenewAsLeaderAsync(long id, CancellationToken cancel)
    {
        while (true)
        {
            var requestedMs = time.MonotonicMs();
            EtcdStatus.ThrowIfRefused(await node.ReadBarrierAsync(cancel));
            var nowMs = time.MonotonicMs();
            if (nowMs - requestedMs <= (long)extension.TotalMilliseconds)
            {
                return lessor.Renew(id, nowMs);
            }
        }
    }

    /// <summary>
    /// "Not found" may only be answered once the lease's keys are deleted (etcd lease/lessor.go, Renew, waits for that), so the due revocation is
    /// proposed here and awaited. If another revocation was applied first, the effect is the same.
    /// </summary>
    private async ValueTask<long> RevokeAsync(long id, CancellationToken cancel)
    {
        var result = await node.ProposeAsServerAsync(RequestKind.LeaseRevoke, Bytes(new LeaseRevokeRequest { ID = id }), cancel);
        if (result.Error != EtcdError.LeaseNotFound)
        {
            EtcdStatus.ThrowIfRefused(result.Error);
        }

        return 0;
    }

    private async ValueTask<long> ClearCheckpointAsync(long id, long ttlSeconds, CancellationToken cancel)
    {
        var checkpoint = new LeaseCheckpointRequest { Checkpoints = { new LeaseCheckpoint { ID = id } } };
        var result = await node.ProposeAsServerAsync(RequestKind.LeaseCheckpoint, Bytes(checkpoint), cancel);
        EtcdStatus.ThrowIfRefused(result.Error);
        return ttlSeconds;
    }

    private static ReadOnlySequence<byte> Bytes(IMessage message) => new(message.ToByteArray());
}
