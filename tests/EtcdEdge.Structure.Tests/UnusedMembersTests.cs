using EtcdEdge.Structure.Tests.Model;
using EtcdEdge.Structure.Tests.Style;

namespace EtcdEdge.Structure.Tests;

/// <summary>Limits that nothing enforces and metrics that nothing updates are found.</summary>
public class UnusedMembersTests
{
    [Fact]
    public void A_limit_that_nothing_uses_is_found()
    {
        var unused = Check("static class LogLimits { public const int A = 1; public const int B = 2; } class C { int F() => LogLimits.A; }").Limits();
        Assert.Equal(["src/EtcdEdge.A/A.cs:1: nothing uses the limit B; enforce it, or remove it"], unused);
    }

    [Theory]
    [InlineData("class DiskMetrics { public void Flushed() { } } class C { void F(DiskMetrics x) => x.Flushed(); }", "")]
    [InlineData("class DiskMetrics { public void Flushed() { } } class C;", "Flushed")]
    [InlineData("class DiskMetrics { public void Flushed() => Flushed(); } class C;", "Flushed")]
    [InlineData("class DiskMetrics { int _count; public DiskMetrics() => _count = 1; } class C;", "_count")]
    [InlineData("class DiskMetrics : I { public void Flushed() { } } interface I { void Flushed(); } class C { void F(I x) => x.Flushed(); }", "")]
    [InlineData("class DiskMetrics : I { public void Flushed() { } } interface I { void Flushed(); }", "Flushed")]
    public void A_metric_that_nothing_updates_is_found(string code, string member)
    {
        string[] expected = member.Length == 0 ? []
            : [$"src/EtcdEdge.A/A.cs:1: nothing updates or reads DiskMetrics.{member}; call it where its value changes, or remove it"];
        Assert.Equal(expected, Check(code).Metrics());
    }

    private static UnusedMembers Check(string code)
    {
        using var sample = new SampleRepository().WithProject("A").With("src/EtcdEdge.A/A.cs", code);
        var model = sample.Model;
        return new UnusedMembers(model, NameBinder.Bind(model));
    }
}
