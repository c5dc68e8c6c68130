using System.Buffers;
using System.Buffers.Binary;
using EtcdEdge.Api;
using EtcdEdge.Peers;
using EtcdEdge.Server.Common;
using EtcdEdge.Server.Node;
using EtcdEdge.StateMachine.Lease;
using EtcdEdge.StateMachine.Model;
using Google.Protobuf;
using Grpc.Core;

namespace EtcdEdge.Server.Forwarding;

/// <summary>
/// The one place that knows whose clock the leases run on: the leader's. What this member cannot answer itself is asked there.
/// </summary>
/// <param name="node">This member's.</param>
/// <param name="lessor">Its leases.</param>
/// <param name="time">The clock they run on while this member leads.</param>
/// <param name="leader">How to ask it when another one leads.</param>
/// <param name="extension">The least by which any member extends the leases when it takes office: the election timeout of the flags.</param>
internal sealed class LeaseForwarder(IEtcdNode node, Lessor lessor, TimeProvider time, LeaderCalls leader, TimeSpan extension)
{
    private const long Gone = -1;

    /// <summary>Renews a lease; returns its TTL in seconds, 0 when it is gone.</summary>
    /// <exception cref="RpcException">No leader answered.</exception>
    public async ValueTask<long> RenewAsync(long id, CancellationToken cancel)
    {
        for (var sinceMs = time.MonotonicMs(); ; await PauseAsync(sinceMs, cancel))
        {
            if (!node.Status.IsLeader && await leader.AskAsync(PeerCallKind.LeaseRenew, Bytes(id), mayRepeat: true, cancel) is { } answer)
            {
                return BinaryPrimitives.ReadInt64LittleEndian(answer.Span);
            }

            if (await TryRenewAsync(id, cancel) is { } ttlSeconds)
            {
                return ttlSeconds;
            }
        }
    }

    /// <summary>As <see cref="RenewAsync"/>, as the leader.</summary>
    /// <exception cref="RpcException">This member does not lead.</exception>
    public async ValueTask<long> RenewHereAsync(long id, CancellationToken cancel) => await TryRenewAsync(id, cancel) ?? throw NotPrimary();

    private async ValueTask<long?> TryRenewAsync(long id, CancellationToken cancel)
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

    /// <summary>
    /// A leader that was replaced unawares must not promise time that the new one does not know of (etcd v3_server.go, ensureLeadership). The barrier
    /// says that it led at some moment after it was asked, so a successor took office later than that, and lets the lease live for the whole TTL and
    /// the extension from then on. What is promised now is covered while the question is no older than the extension; a process that stood still in
    /// between asks again.
    /// </summary>
    private async ValueTask<LeaseRenewal> RenewAsLeaderAsync(long id, CancellationToken cancel)
    {
        while (true)
        {
            var askedMs = time.MonotonicMs();
            EtcdStatus.ThrowIfRefused(await node.ReadBarrierAsync(cancel));
            var nowMs = time.MonotonicMs();
            if (nowMs - askedMs <= (long)extension.TotalMilliseconds)
            {
                return lessor.Renew(id, nowMs);
            }
        }
    }

    /// <summary>A lease's time and keys, without a header; the TTL is -1 when it is gone.</summary>
    /// <exception cref="RpcException">No leader answered.</exception>
    public async ValueTask<LeaseTimeToLiveResponse> TimeToLiveAsync(long id, CancellationToken cancel)
    {
        for (var sinceMs = time.MonotonicMs(); ; await PauseAsync(sinceMs, cancel))
        {
            if (!node.Status.IsLeader && await leader.AskAsync(PeerCallKind.LeaseTimeToLive, Bytes(id), mayRepeat: true, cancel) is { } answer)
            {
                return LeaseTimeToLiveResponse.Parser.ParseFrom(answer.Span);
            }

            if (TryTimeToLive(id) is { } own)
            {
                return own;
            }
        }
    }

    /// <summary>As <see cref="TimeToLiveAsync"/>, as the leader.</summary>
    /// <exception cref="RpcException">This member does not lead.</exception>
    public LeaseTimeToLiveResponse TimeToLiveHere(long id) => TryTimeToLive(id) ?? throw NotPrimary();

    private LeaseTimeToLiveResponse? TryTimeToLive(long id)
    {
        var response = new LeaseTimeToLiveResponse { ID = id, TTL = Gone };
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

    // A leader that was elected a moment ago has no clock for the leases yet: not before it has applied an entry of its term. etcd asks again every
    // 50 ms too, until the request's time is over (v3_server.go, LeaseRenew).
    private async ValueTask PauseAsync(long sinceMs, CancellationToken cancel)
    {
        if (time.MonotonicMs() - sinceMs > (long)leader.Patience.TotalMilliseconds)
        {
            throw EtcdStatus.Refuse(EtcdError.Timeout);
        }

        await Task.Delay(LeaderCalls.Pause, cancel);
    }

    /// <summary>All leases this member knows, as etcd: a follower answers from its own state.</summary>
    public long[] List() => lessor.List(time.MonotonicMs());

    /// <summary>
    /// "Gone" may only be said once the keys are gone too (etcd lease/lessor.go Renew waits for that), so the revocation that is due anyway is
    /// proposed here and awaited. That somebody else's came first is as good.
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

    private static byte[] Bytes(long id)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, id);
        return bytes;
    }

    // To whoever asked from another member this says: ask again, somebody else leads.
    private static RpcException NotPrimary() => EtcdStatus.Refuse(EtcdError.NotLeader);
}
