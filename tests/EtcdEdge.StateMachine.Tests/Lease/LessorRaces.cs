using EtcdEdge.StateMachine.Lease;

namespace EtcdEdge.StateMachine.Tests.Lease;

/// <summary>
/// Renewals come from any thread while the loop looks for expired leases: whoever is told "renewed" must not lose the lease to that look.
/// </summary>
public sealed class LessorRaces
{
    [Fact]
    public void A_renewed_lease_is_not_found_expired_at_the_moment_of_its_renewal()
    {
        const int Leases = 2000;
        const long DeadlineMs = 10_000;
        var lessor = new Lessor();
        lessor.Promote(0, 0);
        for (var id = 1; id <= Leases; id++)
        {
            lessor.Grant(id, DeadlineMs / 1000);
        }

        lessor.Start(0);
        var renewed = new bool[Leases + 1];
        var renewing = Task.Run(
            () =>
            {
                for (var id = 1; id <= Leases; id++)
                {
                    renewed[id] = lessor.Renew(id, DeadlineMs - 1).Outcome == RenewalOutcome.Renewed;
                }
            },
            TestContext.Current.CancellationToken);
        var expired = new HashSet<long>();
        while (!renewing.IsCompleted)
        {
            expired.UnionWith(lessor.Expired(DeadlineMs, 100));
        }

        expired.UnionWith(lessor.Expired(DeadlineMs, Leases));
        for (var id = 1; id <= Leases; id++)
        {
            Assert.NotEqual(renewed[id], expired.Contains(id));
        }
    }

    [Fact]
    public void Granting_and_revoking_long_leases_leaves_nothing_behind()
    {
        var lessor = new Lessor();
        lessor.Promote(0, 0);
        for (var id = 1; id <= 100_000; id++)
        {
            lessor.Grant(id, 1_000_000);
            lessor.Start(0);
            lessor.Remove(id);
        }

        Assert.InRange(lessor.ScheduledCount, 0, 2 * LeaseLimits.LeaseRevokesPerSecondMax);
    }
}
