using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics;
using EtcdEdge.Api;
using EtcdEdge.Server.Common;
using EtcdEdge.Snapshots.State;
using EtcdEdge.StateMachine;
using EtcdEdge.StateMachine.Auth;
using EtcdEdge.StateMachine.Cluster;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Mvcc;
using EtcdEdge.StateMachine.Requests;
using EtcdEdge.StateMachine.Snapshot;

namespace EtcdEdge.Server.Node;

/// <summary>
/// The node as every service sees it: writes are proposed and awaited, reads run on the published root. All members may be called from
/// any thread; none blocks.
/// </summary>
internal sealed class EtcdNode : IEtcdNode
{
    private static readonly TimeSpan _poll = TimeSpan.FromMilliseconds(10);
    private readonly Func<NodeInputKind, object, bool> _post;
    private readonly PendingRequests _pending;
    private readonly LinearizableReads _reads;
    private readonly StateMachineParts _state;
    private readonly RequestIds _ids;
    private readonly int _maxRequestBytes;
    private volatile MvccRoot _root;
    private volatile NodeStatus _status = new();

    public EtcdNode(
        NodeIdentity identity, Func<NodeInputKind, object, bool> post, PendingRequests pending, LinearizableReads reads, StateMachineParts state,
        RequestIds ids, int maxRequestBytes)
    {
        (ClusterId, MemberId) = (identity.ClusterId, identity.MemberId);
        _post = post;
        _pending = pending;
        _reads = reads;
        _state = state;
        _ids = ids;
        _maxRequestBytes = maxRequestBytes;
        _root = state.Store.Publish();
    }

    /// <summary>Raised on the node loop's thread after a new root was published. Handlers must not block.</summary>
    public event Action? Published;

    /// <summary>The cluster's id, as etcd computes it.</summary>
    public ulong ClusterId { get; }

    /// <summary>This member's id, as etcd computes it.</summary>
    public ulong MemberId { get; }

    /// <summary>The newest published state of the store.</summary>
    public MvccRoot Root => _root;

    /// <summary>The newest published view of the node itself.</summary>
    public NodeStatus Status => _status;

    /// <summary>The members and the cluster version, as of the newest applied entry.</summary>
    public ClusterView Cluster => _state.Cluster.View;

    /// <summary>The raised alarms, as of the newest applied entry.</summary>
    public ImmutableArray<ActiveAlarm> Alarms => _state.Alarms.Active;

    /// <summary>Users, roles and whether they count, as of the newest applied entry: never older than <see cref="Root"/>.</summary>
    public AuthView Auth => _state.Auth.View;

    /// <summary>Requests posted and not yet answered (etcd_server_proposals_pending).</summary>
    public int PendingProposals => _pending.Count;

    /// <summary>
    /// Sends a request through the log. Completes once it is durable on a quorum and applied here, or refused. <paramref name="request"/> is the
    /// client's protobuf message; it is copied once, into the log entry, before this returns. An entry in the log cannot be withdrawn: it is checked
    /// with the rights of <paramref name="who"/> when it is applied. <paramref name="cancel"/> keeps a request out of the log if it was cancelled
    /// before; a later cancellation is noticed within <see cref="NodeLimits.DeadlineSweepMs"/>. Every other request completes within the request
    /// timeout.
    /// </summary>
    public ValueTask<ApplyResult> ProposeAsync(RequestKind kind, ReadOnlySequence<byte> request, AuthInfo who, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if (request.Length > _maxRequestBytes)
        {
            return Refused(EtcdError.RequestTooLarge);
        }

        var id = _ids.Next();
        var entry = EntryCodec.Encode(id, kind, request, who);
        var payload = entry.AsMemory(entry.Length - (int)request.Length);
        // Whatever service it comes from: what enters the log was measured (etcd server/etcdserver/v3_server.go, processInternalRaftRequestOnce).
        if (entry.Length > _maxRequestBytes)
        {
            return Refused(EtcdError.RequestTooLarge);
        }

        if (!_state.Quota.Admits(kind, payload, _root.SizeBytes))
        {
            RaiseNoSpace();
            return Refused(EtcdError.NoSpace);
        }

        if (!_pending.TryReserve(entry.Length, kind.IsUrgent()))
        {
            return Refused(EtcdError.TooManyRequests);
        }

        return Post(NodeInputKind.Propose, Proposal.Rent(id, entry, cancel));
    }

    /// <summary>
    /// Changes the members; NotLeader when this member does not lead. Completes once the change is applied here, or refused. Changes wait for each
    /// other. The request id of <paramref name="change"/> is given here.
    /// </summary>
    public ValueTask<ApplyResult> ReconfigureAsync(MembershipChange change, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var id = _ids.Next();
        var entry = (change with { RequestId = id }).Encode();
        return _pending.TryReserve(entry.Length, isUrgent: true)
            ? Post(NodeInputKind.Reconfigure, Proposal.Rent(id, entry, cancel))
            : Refused(EtcdError.TooManyRequests);
    }

    /// <summary>Hands the leadership to another voter; completes when it leads, or with why not.</summary>
    public async ValueTask<EtcdError> MoveLeaderAsync(ulong target, TimeSpan patience, CancellationToken cancel)
    {
        if (!_status.IsLeader)
        {
            return EtcdError.NotLeader;
        }

        if (Cluster.Find(target) is not { IsLearner: false })
        {
            return EtcdError.BadLeaderTransferee;
        }

        _post(NodeInputKind.Control, (Action<NodeLoop>)(loop => loop.TransferLeadership(target)));
        return await IsLedAsync(leader => leader == target, patience, cancel) ? EtcdError.None : EtcdError.Timeout;
    }

    /// <summary>
    /// Completes with true once there is a leader that <paramref name="isAwaited"/> accepts, with false after <paramref name="patience"/>.
    /// </summary>
    public async Task<bool> IsLedAsync(Func<ulong, bool> isAwaited, TimeSpan patience, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        while (_status.Leader is var leader && (leader == 0 || !isAwaited(leader)))
        {
            if (Stopwatch.GetElapsedTime(started) >= patience)
            {
                return false;
            }

            await Task.Delay(_poll, cancel);
        }

        return true;
    }

    /// <summary>
    /// Begins to hand the leadership to the voter that takes it soonest; completes with that voter, or 0 when there is none or this member does not
    /// lead.
    /// </summary>
    public Task<ulong> BeginHandoverAsync()
    {
        var waiter = new TaskCompletionSource<ulong>(TaskCreationOptions.RunContinuationsAsynchronously);
        return _post(NodeInputKind.Control, (Action<NodeLoop>)(loop => waiter.TrySetResult(loop.HandOver()))) ? waiter.Task : Task.FromResult(0UL);
    }

    /// <summary>
    /// Completes with None when <see cref="Root"/> contains everything that was acknowledged to any client before this call (ReadIndex, thesis §6.4);
    /// otherwise within the request timeout with the reason, or with RequestCanceled within <see cref="NodeLimits.DeadlineSweepMs"/> after <paramref
    /// name="cancel"/>. No registration is made for a read.
    /// </summary>
    public ValueTask<EtcdError> ReadBarrierAsync(CancellationToken cancel)
    {
        if (_status.IsSoleVoter)
        {
            return ValueTask.FromResult(EtcdError.None);
        }

        cancel.ThrowIfCancellationRequested();
        var read = new PendingRead(cancel);
        if (_reads.Add(read))
        {
            // The post is refused only when the node stops, and then all waiting reads are completed.
            _post(NodeInputKind.ReadersWait, _reads);
        }

        return read.Completion;
    }

    /// <summary>Completes when everything that applied compactions took away has left the memory.</summary>
    public ValueTask CompactionRemovedAsync(CancellationToken cancel)
    {
        var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _post(NodeInputKind.Control, (Action<NodeLoop>)(loop => loop.WhenCompacted(waiter)))
            ? new ValueTask(waiter.Task.WaitAsync(cancel))
            : ValueTask.CompletedTask;
    }

    /// <summary>
    /// The whole state at one index, for backups: taken between two turns of the node loop, in O(leases). Null when the node stops.
    /// </summary>
    public async ValueTask<StateSnapshot?> CaptureAsync(CancellationToken cancel)
    {
        var waiter = new TaskCompletionSource<StateSnapshot?>(TaskCreationOptions.RunContinuationsAsynchronously);
        return _post(NodeInputKind.Control, (Action<NodeLoop>)(loop => waiter.TrySetResult(loop.Capture())))
            ? await waiter.Task.WaitAsync(cancel)
            : null;
    }

    /// <summary>A state for a checkpoint, once all of it is durable in the log. Never completes when the node stops.</summary>
    public Task<CapturedSnapshot> CaptureDurableAsync()
    {
        var waiter = new TaskCompletionSource<CapturedSnapshot>(TaskCreationOptions.RunContinuationsAsynchronously);
        _post(NodeInputKind.Control, (Action<NodeLoop>)(loop => loop.Capture(waiter)));
        return waiter.Task;
    }

    /// <summary>
    /// Sends this member's state to another one that lost its own, if it reaches at least up to entry <paramref name="atLeast"/>; completes with the
    /// entry that it ends with. The state of any member will do: what is applied is committed.
    /// </summary>
    public async Task<ulong> SendStateAsync(ulong to, ulong atLeast, CancellationToken cancel)
    {
        var waiter = new TaskCompletionSource<ulong>(TaskCreationOptions.RunContinuationsAsynchronously);
        return _post(NodeInputKind.Control, (Action<NodeLoop>)(loop => waiter.TrySetResult(loop.SendState(to, atLeast))))
            ? await waiter.Task.WaitAsync(cancel)
            : 0;
    }

    /// <summary>Called on the node loop's thread with a new state, before any request is answered from it.</summary>
    public void Publish(MvccRoot? root, NodeStatus status)
    {
        if (root is null)
        {
            _status = status;
            return;
        }

        _root = root;
        _status = status;
        Published?.Invoke();
    }

    // The completion is read first, because the proposal may be reused once it is completed.
    private ValueTask<ApplyResult> Post(NodeInputKind kind, Proposal proposal)
    {
        var bytes = proposal.Entry.Length;
        var completion = proposal.Completion;
        if (_post(kind, proposal))
        {
            return completion;
        }

        _pending.Release(bytes);
        return Refused(EtcdError.Stopped);
    }

    private ValueTask<ApplyResult> Refused(EtcdError error) => ValueTask.FromResult(ApplyResult.Refused(error, _root.Revision));

    /// <summary>
    /// Raises the NOSPACE alarm unless it is raised, for a store above its quota or a disk that is nearly full. As in etcd's quota server, the
    /// request does not reach the log and the alarm reports the reason to all members (etcd server/etcdserver/api/v3rpc/quota.go).
    /// </summary>
    public void RaiseNoSpace()
    {
        if (_state.Alarms.IsActive(AlarmType.Nospace))
        {
            return;
        }

        _post(NodeInputKind.Control, (Action<NodeLoop>)(loop => loop.RaiseNoSpace()));
    }
}
