using EtcdEdge.StateMachine.Lease;
using Xunit;

namespace EtcdEdge.StateMachine.Tests.Lease;

/// <summary>Goal: dashboards tell leases that ran out from leases given back. Method: one of each.</summary>
public sealed class LessorTotalsTests
{
    [Fact]
    public void Only_a_lease_that_ran_out_counts_as_expired()
    {
        var lessor = new Lessor();
        lessor.Promote(0, 0);
        lessor.Grant(1, 1);
        lessor.Grant(2, 100);
        lessor.Start(0);
        Assert.Equal([1L], lessor.Expired(2000, 10));
        lessor.Remove(1);
        lessor.Remove(2);
        Assert.Equal((2, 2, 1), (lessor.GrantedTotal, lessor.RevokedTotal, lessor.ExpiredTotal));
        lessor.ClearTotals();
        Assert.Equal((0, 0, 0), (lessor.GrantedTotal, lessor.RevokedTotal, lessor.ExpiredTotal));
    }
}
