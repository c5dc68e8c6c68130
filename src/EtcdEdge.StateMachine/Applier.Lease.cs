using EtcdEdge.Api;
using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.StateMachine;

/// <summary>Leases as far as the log decides them: existence, TTL, keys, checkpoints.</summary>
public sealed partial class Applier
{
    private ApplyResult LeaseGrant(LeaseGrantRequest request)
    {
        var error = lessor.Grant(request.ID, request.TTL);
        return error == EtcdError.None
            ? Done(new LeaseGrantResponse { ID = request.ID, TTL = request.TTL })
            : ApplyResult.Refused(error, store.Revision);
    }

    // The keys go in key order and in one revision, so that all members write the same (etcd lease/lessor.go, Revoke).
    private ApplyResult LeaseRevoke(LeaseRevokeRequest request)
    {
        var forbidden = _gate.CheckLease(request.ID);
        if (forbidden != EtcdError.None)
        {
            return ApplyResult.Refused(forbidden, store.Revision);
        }

        if (lessor.KeysOf(request.ID) is not { } keys)
        {
            return ApplyResult.Refused(EtcdError.LeaseNotFound, store.Revision);
        }

        store.Begin();
        foreach (var key in keys)
        {
            store.Delete(key);
        }

        store.End();
        lessor.Remove(request.ID);
        return Done(new LeaseRevokeResponse());
    }

    // A lease that was revoked between proposal and apply is passed over, the others are not (etcd lease/lessor.go, Checkpoint).
    private ApplyResult LeaseCheckpoint(LeaseCheckpointRequest request)
    {
        foreach (var checkpoint in request.Checkpoints)
        {
            lessor.Checkpoint(checkpoint.ID, checkpoint.RemainingTTL);
        }

        return Done(new LeaseCheckpointResponse());
    }
}
