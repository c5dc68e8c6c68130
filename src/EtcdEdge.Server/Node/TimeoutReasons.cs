using EtcdEdge.Peers;
using EtcdEdge.Raft;
using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.Server.Node;

/// <summary>Why a request timed out, as far as this member can tell (etcd server/etcdserver/server.go, parseProposeCtxErr).</summary>
internal sealed class TimeoutReasons(RaftNode raft, IPeers peers, long electionTimeoutMs)
{
    // Early enough that no request is older.
    private long _electedMs = long.MinValue / 2;

    public long ElectionTimeoutMs { private get; set; } = electionTimeoutMs;

    /// <summary>There is a new leader from now on.</summary>
    public void LeaderElected(long nowMs) => _electedMs = nowMs;

    /// <summary>The reason for a request of <paramref name="startMs"/> that times out at <paramref name="nowMs"/>.</summary>
    public EtcdError Of(long startMs, long nowMs)
    {
        if (startMs > _electedMs - (2 * ElectionTimeoutMs) && startMs < _electedMs)
        {
            return EtcdError.TimeoutDueToLeaderFail;
        }

        var waited = TimeSpan.FromMilliseconds(nowMs - startMs);
        var connected = raft.Leader == 0 || (raft.Leader == raft.Id ? IsConnectedToQuorum(waited) : IsConnected(raft.Leader, waited));
        return connected ? EtcdError.Timeout : EtcdError.TimeoutDueToConnectionLost;
    }

    private bool IsConnectedToQuorum(TimeSpan waited)
    {
        var connected = 0;
        foreach (var voter in raft.ConfState.Voters)
        {
            connected += voter == raft.Id || IsConnected(voter, waited) ? 1 : 0;
        }

        return connected > raft.ConfState.Voters.Count / 2;
    }

    private bool IsConnected(ulong id, TimeSpan waited) => peers.ConnectedFor(id) >= waited;
}
