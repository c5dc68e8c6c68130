using EtcdEdge.Server.Common;
using EtcdEdge.StateMachine.Model;
using Grpc.Core;

namespace EtcdEdge.Server.Api.V3Rpc;

/// <summary>
/// Ends the streams whose clients asked for it (metadata <c>hasleader: true</c>) once there has been no leader for three election timeouts,
/// so that they try another member (etcd api/v3rpc/interceptor.go).
/// </summary>
internal sealed class LeaderMonitor : IDisposable
{
    private const string RequireLeaderKey = "hasleader";
    private readonly Func<bool> _hasLeader;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private CancellationTokenSource _led = new();
    private int _leaderlessCount;

    /// <param name="hasLeader">Whether this member has a leader; any thread.</param>
    /// <param name="electionTimeout">How often to look.</param>
    /// <param name="time">The clock.</param>
    public LeaderMonitor(Func<bool> hasLeader, TimeSpan electionTimeout, TimeProvider time)
    {
        _hasLeader = hasLeader;
        _timer = time.CreateTimer(_ => Check(), null, electionTimeout, electionTimeout);
    }

    /// <summary>A token for the length of a stream: the call's own end, and the loss of the leader if the client cares.</summary>
    /// <exception cref="RpcException">The client requires a leader and there is none.</exception>
    public StreamLifetime Begin(ServerCallContext context)
    {
        if (context.RequestHeaders.GetValue(RequireLeaderKey) != "true")
        {
            return new StreamLifetime(context.CancellationToken, CancellationToken.None);
        }

        if (!_hasLeader())
        {
            throw EtcdStatus.Refuse(EtcdError.NoLeader);
        }

        lock (_gate)
        {
            return new StreamLifetime(context.CancellationToken, _led.Token);
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        _led.Dispose();
    }

    internal void Check()
    {
        CancellationTokenSource lost;
        lock (_gate)
        {
            _leaderlessCount = _hasLeader() ? 0 : _leaderlessCount + 1;
            if (_leaderlessCount < V3RpcLimits.LeaderlessElectionTimeoutsMax)
            {
                return;
            }

            _leaderlessCount = 0;
            lost = _led;
            _led = new CancellationTokenSource();
        }

        lost.Cancel();
        lost.Dispose();
    }
}
