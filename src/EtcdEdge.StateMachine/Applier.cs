using EtcdEdge.Api;
using EtcdEdge.Api.Membership;
using EtcdEdge.Base;
using EtcdEdge.StateMachine.Auth;
using EtcdEdge.StateMachine.Cluster;
using EtcdEdge.StateMachine.Lease;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Mvcc;
using EtcdEdge.StateMachine.Proto;
using EtcdEdge.StateMachine.Requests;
using Google.Protobuf;

namespace EtcdEdge.StateMachine;

/// <summary>
/// Applies committed entries to the store, the leases, the alarms, the membership and the users. The same entries make the same state on every
/// member, because nothing here uses a clock, a disk or randomness. Called by the node loop only.
/// </summary>
public sealed partial class Applier(MvccStore store, Lessor lessor, AlarmBoard alarms, ClusterState cluster, AuthStore auth, Quota quota)
{
    /// <summary>What the entry being applied may do; open while auth is off.</summary>
    private AuthGate _gate;

    /// <summary>The index of the last entry applied, empty ones and membership changes included; 0 before the first.</summary>
    public ulong AppliedIndex { get; private set; }

    /// <summary>The term of the last entry applied.</summary>
    public ulong AppliedTerm { get; private set; }

    /// <summary>The kind of the last normal entry; 0 for an empty one.</summary>
    public RequestKind AppliedKind { get; private set; }

    /// <summary>
    /// Applies one normal entry. A NoSpace refusal while no NOSPACE alarm is active means that the write was made but exceeded the quota: the
    /// proposer then proposes the alarm, as in etcd.
    /// </summary>
    /// <param name="requestId">The proposer's number for the request; 0 for an empty entry.</param>
    public ApplyResult Apply(ulong index, ulong term, ReadOnlyMemory<byte> entry, out ulong requestId)
    {
        Advance(index, term);
        requestId = 0;
        AppliedKind = 0;
        if (entry.IsEmpty)
        {
            return new ApplyResult(EtcdError.None, null, store.Revision);
        }

        var request = EntryCodec.Parse(entry);
        (requestId, AppliedKind) = (request.Id, request.Kind);
        var error = Gates.Check(alarms, request.Kind, request.Payload);
        if (error != EtcdError.None)
        {
            return ApplyResult.Refused(error, store.Revision);
        }

        var view = auth.View;
        _gate = view.IsEnabled ? new AuthGate(view, request.Who, lessor) : default;
        return ApplyWithinQuota(request);
    }

    /// <summary>
    /// Applies one configuration change to the membership. A refusal voids it: every member refuses it too, and the node loop then does not pass it
    /// to Raft.
    /// </summary>
    /// <param name="change">The change, or null for one that concerns Raft alone, such as leaving a joint configuration.</param>
    public ApplyResult ApplyMembershipChange(ulong index, ulong term, MembershipChange? change)
    {
        Advance(index, term);
        var error = change is null ? EtcdError.None : Apply(change);
        return new ApplyResult(error, cluster.View, store.Revision);
    }

    private EtcdError Apply(MembershipChange change) => change.Kind switch
    {
        MembershipChangeKind.Add => cluster.Add(change.Member),
        MembershipChangeKind.Promote => cluster.Promote(change.Member.Id),
        MembershipChangeKind.Remove => cluster.Remove(change.Member.Id),
        _ => cluster.UpdatePeerUrls(change.Member.Id, change.Member.PeerUrls),
    };

    private void Advance(ulong index, ulong term)
    {
        Invariant.Require(index > AppliedIndex && term >= AppliedTerm, "entries are applied in order, once");
        AppliedIndex = index;
        AppliedTerm = term;
    }

    // etcd applies the write that exceeds the quota and refuses it afterwards, so that all members have the same state whatever their quotas.
    private ApplyResult ApplyWithinQuota(in LoggedRequest request)
    {
        var admitted = quota.Admits(request.Kind, request.Payload, store.SizeBytes);
        var result = Dispatch(request);
        return admitted || result.Error != EtcdError.None ? result : ApplyResult.Refused(EtcdError.NoSpace, store.Revision);
    }

    private ApplyResult Dispatch(in LoggedRequest request) => request.Kind switch
    {
        RequestKind.Put => Put(PutOp.Parse(request.Payload)),
        RequestKind.DeleteRange => DeleteRange(DeleteRangeOp.Parse(request.Payload)),
        RequestKind.Txn => Txn(TxnOp.Parse(request.Payload)),
        RequestKind.Compaction => Compact(ParseMessage(CompactionRequest.Parser, request.Payload)),
        RequestKind.LeaseGrant => LeaseGrant(ParseMessage(LeaseGrantRequest.Parser, request.Payload)),
        RequestKind.LeaseRevoke => LeaseRevoke(ParseMessage(LeaseRevokeRequest.Parser, request.Payload)),
        RequestKind.LeaseCheckpoint => LeaseCheckpoint(ParseMessage(LeaseCheckpointRequest.Parser, request.Payload)),
        RequestKind.Alarm => Done(alarms.Apply(ParseMessage(AlarmRequest.Parser, request.Payload))),
        RequestKind.ClusterVersionSet or RequestKind.ClusterMemberAttrSet or RequestKind.DowngradeInfoSet => ApplyToCluster(request),
        RequestKind.V2 => ApplyToV2(ParseMessage(V2Request.Parser, request.Payload)),
        // An entry of a later version, or none at all: etcd ignores what only informs.
        0 => Done(null),
        RequestKind.Authenticate => Authenticate(ParseMessage(InternalAuthenticateRequest.Parser, request.Payload)),
        _ => ApplyToAuth(request),
    };

    private ApplyResult ApplyToCluster(in LoggedRequest request)
    {
        switch (request.Kind)
        {
            case RequestKind.ClusterVersionSet: cluster.Apply(ParseMessage(ClusterVersionSetRequest.Parser, request.Payload)); break;
            case RequestKind.ClusterMemberAttrSet: cluster.Apply(ParseMessage(ClusterMemberAttrSetRequest.Parser, request.Payload)); break;
            default: cluster.Apply(ParseMessage(DowngradeInfoSetRequest.Parser, request.Payload)); break;
        }

        return Done(null);
    }

    private ApplyResult Done(object? response) => new(EtcdError.None, response, store.Revision);

    private static T ParseMessage<T>(MessageParser<T> parser, ReadOnlyMemory<byte> payload) where T : IMessage<T>
    {
        try
        {
            return parser.ParseFrom(payload.Span);
        }
        catch (InvalidProtocolBufferException malformed)
        {
            throw new MalformedMessageException("a logged request", malformed);
        }
    }
}
