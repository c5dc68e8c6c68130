using EtcdEdge.Simulation.Checkers;
using EtcdEdge.Simulation.Members;
using EtcdEdge.Simulation.World;
using EtcdEdge.StateMachine.Lease;
using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.Simulation.Workload;

/// <summary>
/// Grants a lease, ties its key to it, keeps it alive for a while wherever a member renews it, and then lets it end. One lease at a time.
/// </summary>
internal sealed class LeaseClient(Cluster cluster, Client client, int key)
{
    private long _lease;
    private long _ttlSeconds;
    private int _renewals;

    // As a client's stream: it stays where it is as long as it is answered.
    private Life? _at;

    public void Begin() => cluster.Time.After(cluster.Random.NextInt64(VirtualTime.Second), Grant);

    private void Grant()
    {
        if (cluster.IsLoadOver)
        {
            return;
        }

        var id = cluster.NextOperation();
        _lease = 1000 + id;
        _ttlSeconds = cluster.Random.Next(2, Limits.LeaseTtlSecondsMax + 1);
        _renewals = cluster.Random.Next(12);
        var grant = new Operation { Id = id, Kind = OperationKind.Grant, Lease = _lease, Expected = _ttlSeconds };
        cluster.History.Add(new Operation
        {
            Id = cluster.NextOperation(),
            Kind = OperationKind.Revoke,
            Lease = _lease,
            InvokedUs = cluster.Time.NowUs,
        });
        client.Invoke(grant, -1, Granted);
    }

    private void Granted(Operation grant)
    {
        if (grant.Outcome is not { Error: EtcdError.None })
        {
            cluster.Time.After(VirtualTime.Second, Grant);
            return;
        }

        cluster.Checks.Leases.Promised(_lease, grant.InvokedUs, _ttlSeconds);
        var put = new Operation { Id = cluster.NextOperation(), Kind = OperationKind.Put, Key = key, Lease = _lease };
        client.Invoke(put, -1, _ => Renew());
    }

    private void Renew()
    {
        if (_renewals-- == 0 || cluster.IsLoadOver)
        {
            cluster.Time.After((_ttlSeconds + 2) * VirtualTime.Second, Grant);
            return;
        }

        if (_at is not { IsOver: false, Node.Status.IsLeader: true })
        {
            var leaders = cluster.Lives().FindAll(life => life.Node.Status.IsLeader);
            _at = leaders.Count == 0 ? null : leaders[cluster.Random.Next(leaders.Count)];
        }

        if (_at is not null)
        {
            Renew(_at, _lease);
        }

        cluster.Time.After(_ttlSeconds * VirtualTime.Second / 3, Renew);
    }

    // As Server/Grpc/LeaseForwarder: a leader that was replaced unawares must not promise anything, nor one that stood still since it asked.
    private void Renew(Life life, long lease)
    {
        var skips = cluster.Options.Bug == Bug.RenewWithoutBarrier;
        var askedMs = life.NowMs;
        life.Await(new BarrierCall(life, skips, error => Renewed(life, lease, askedMs, error), () => { }));
    }

    private void Renewed(Life life, long lease, long askedMs, EtcdError error)
    {
        if (error != EtcdError.None)
        {
            return;
        }

        if (life.NowMs - askedMs > life.LeaseExtensionMs && cluster.Options.Bug != Bug.RenewWithoutBarrier)
        {
            Renew(life, lease);
            return;
        }

        var renewal = life.Store.State.Lessor.Renew(lease, life.NowMs);
        cluster.Trace.Note("renew", life.Member.Number, lease, (long)renewal.Outcome);
        if (renewal.Outcome == RenewalOutcome.Renewed)
        {
            cluster.Checks.Leases.Promised(lease, cluster.Time.NowUs, renewal.TtlSeconds);
        }
    }
}
