using System.Buffers.Binary;
using EtcdEdge.Api;
using EtcdEdge.Peers;
using EtcdEdge.Server.Common;
using EtcdEdge.Server.Node;
using EtcdEdge.StateMachine.Model;
using Grpc.Core;

namespace EtcdEdge.Server.Forwarding;

/// <summary>Answers requests about leases on any member: on the leader by itself, elsewhere by asking the leader.</summary>
/// <param name="node">This member.</param>
/// <param name="leases">The leases, for the time that this member leads.</param>
/// <param name="leader">Asks the leader when that is another member.</param>
/// <param name="time">Measures how long a request has been tried.</param>
internal sealed class LeaseForwarder(IEtcdNode node, LeaderLeases leases, LeaderCalls leader, TimeProvider time)
{
    /// <summary>Renews a lease; returns its TTL in seconds, 0 when it does not exist.</summary>
    /// <exception cref="RpcException">No leader answered.</exception>
    public async ValueTask<long> RenewAsync(long id, CancellationToken cancel)
    {
        for (var sinceMs = time.MonotonicMs(); ; await PauseAsync(sinceMs, cancel))
        {
            if (await AskLeaderAsync(PeerCallKind.LeaseRenew, id, cancel) is { } answer)
            {
                return BinaryPrimitives.ReadInt64LittleEndian(answer.Span);
            }

            if (await leases.RenewAsync(id, cancel) is { } ttlSeconds)
            {
                return ttlSeconds;
            }
        }
    }

    /// <summary>A lease's time and keys, without a header; the TTL is -1 when it does not exist.</summary>
    /// <exception cref="RpcException">No leader answered.</exception>
    public async ValueTask<LeaseTimeToLiveResponse> TimeToLiveAsync(long id, CancellationToken cancel)
    {
        for (var sinceMs = time.MonotonicMs(); ; await PauseAsync(sinceMs, cancel))
        {
            if (await AskLeaderAsync(PeerCallKind.LeaseTimeToLive, id, cancel) is { } answer)
            {
                return LeaseTimeToLiveResponse.Parser.ParseFrom(answer.Span);
            }

            if (leases.TimeToLive(id) is { } own)
            {
                return own;
            }
        }
    }

    /// <summary>All leases this member knows; as in etcd, a follower answers from its own state.</summary>
    public long[] List() => leases.List();

    /// <summary>The leader's answer, or null when this member leads.</summary>
    private async ValueTask<ReadOnlyMemory<byte>?> AskLeaderAsync(PeerCallKind kind, long id, CancellationToken cancel)
    {
        if (node.Status.IsLeader)
        {
            return null;
        }

        var question = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(question, id);
        return await leader.AskAsync(kind, question, mayRepeat: true, cancel);
    }

    // A new leader has no clock for the leases before it has applied an entry of its term. etcd retries every 50 ms too, until the request
    // times out (v3_server.go, LeaseRenew).
    private async ValueTask PauseAsync(long sinceMs, CancellationToken cancel)
    {
        if (time.MonotonicMs() - sinceMs > (long)leader.Patience.TotalMilliseconds)
        {
            throw EtcdStatus.Refuse(EtcdError.Timeout);
        }

        await Task.Delay(LeaderCalls.Pause, cancel);
    }
}
