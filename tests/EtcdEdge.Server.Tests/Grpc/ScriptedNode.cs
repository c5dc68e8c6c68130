using System.Buffers;
using System.Collections.Immutable;
using EtcdEdge.Peers;
using EtcdEdge.Server.Node;
using EtcdEdge.StateMachine;
using EtcdEdge.StateMachine.Auth;
using EtcdEdge.StateMachine.Cluster;
using EtcdEdge.StateMachine.Lease;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Mvcc;
using EtcdEdge.StateMachine.Requests;
using EtcdEdge.StateMachine.Snapshot;

namespace EtcdEdge.Server.Tests.Grpc;

/// <summary>A node without a log: what is proposed is applied at once by the real applier, or refused as the test says.</summary>
internal sealed class ScriptedNode : IEtcdNode
{
    private readonly Lock _lock = new();
    private readonly MvccStore _store = new();
    private readonly AlarmBoard _alarms = new();
    private readonly ClusterState _cluster = new();
    private readonly Applier _applier;
    private MvccRoot _root;
    private ulong _index;

    public ScriptedNode()
    {
        _applier = new Applier(_store, Lessor, _alarms, _cluster, AuthStore, new Quota(0));
        _root = _store.Publish();
    }

    public ulong ClusterId => 0xC1;

    public ulong MemberId => 0x5E;

    public MvccRoot Root
    {
        get
        {
            AtRoot();
            return _root;
        }
        private set => _root = value;
    }

    /// <summary>Called whenever the newest root is asked for, before it is given.</summary>
    public Action AtRoot { get; set; } = () => { };

    public NodeStatus Status { get; set; } = new() { Leader = 0x5E, Term = 7, IsLeader = true };

    public ClusterView Cluster => _cluster.View;

    public AuthStore AuthStore { get; } = new();

    public AuthView Auth => AuthStore.View;

    public Lessor Lessor { get; } = new();

    public ImmutableArray<ActiveAlarm> Alarms => _alarms.Active;

    /// <summary>How reads and proposals are refused from now on.</summary>
    public EtcdError Refusal { get; set; }

    /// <summary>What the leader answers when it is another member.</summary>
    public Func<PeerAnswer> LeaderAnswer { get; set; } = () => throw new PeerCallException("there are no peers");

    /// <summary>Requests that were let into the log.</summary>
    public int Proposals { get; private set; }

    /// <summary>The entries those became.</summary>
    public List<byte[]> Logged { get; } = [];

    /// <summary>Called when a request was proposed, before it is applied.</summary>
    public Action AtProposal { get; set; } = () => { };

    public int Barriers { get; private set; }

    /// <summary>Called while a read barrier is awaited, with how many there were before.</summary>
    public Action<int> AtBarrier { get; set; } = _ => { };

    public ValueTask<ApplyResult> ProposeAsync(RequestKind kind, ReadOnlySequence<byte> request, AuthInfo who, CancellationToken cancel)
    {
        lock (_lock)
        {
            Proposals++;
            if (Refusal != EtcdError.None)
            {
                return ValueTask.FromResult(ApplyResult.Refused(Refusal, Root.Revision));
            }

            AtProposal();
            Logged.Add(EntryCodec.Encode(++_index, kind, request, who));
            var result = _applier.Apply(_index, 1, Logged[^1], out _);
            Root = _store.Publish();
            return ValueTask.FromResult(result);
        }
    }

    public ValueTask<EtcdError> ReadBarrierAsync(CancellationToken cancel)
    {
        AtBarrier(Barriers++);
        return ValueTask.FromResult(Refusal);
    }

    public ValueTask<ApplyResult> ReconfigureAsync(MembershipChange change, CancellationToken cancel)
    {
        lock (_lock)
        {
            return ValueTask.FromResult(Refusal != EtcdError.None
                ? ApplyResult.Refused(Refusal, Root.Revision)
                : _applier.ApplyMembershipChange(++_index, 1, change));
        }
    }

    public ValueTask<EtcdError> MoveLeaderAsync(ulong target, TimeSpan patience, CancellationToken cancel) =>
        ValueTask.FromResult(target == MemberId ? EtcdError.None : EtcdError.BadLeaderTransferee);

    public ValueTask CompactionRemovedAsync(CancellationToken cancel) => ValueTask.CompletedTask;

    public ValueTask<StateSnapshot?> CaptureAsync(CancellationToken cancel)
    {
        lock (_lock)
        {
            return ValueTask.FromResult<StateSnapshot?>(_applier.Capture(Root));
        }
    }
}
