namespace EtcdEdge.Bench.Compare;

/// <summary>One row of the table.</summary>
/// <param name="Name">What is measured.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Bar">What must hold: of the ratio EtcdEdge ÷ etcd, or of EtcdEdge's own value.</param>
/// <param name="AtLeast">True when the bar is a lower bound.</param>
/// <param name="Absolute">True when the bar is on EtcdEdge's own value.</param>
internal sealed record Measure(string Name, string Unit, double Bar, bool AtLeast, bool Absolute = false)
{
    public static Measure RatioAtLeast(double bar, string name, string unit) => new(name, unit, bar, AtLeast: true);

    public static Measure RatioAtMost(double bar, string name, string unit) => new(name, unit, bar, AtLeast: false);

    public static Measure AtMost(double bar, string name, string unit) => new(name, unit, bar, AtLeast: false, Absolute: true);

    public bool IsMet(double etcd, double etcdEdge)
    {
        var judged = Absolute ? etcdEdge : etcdEdge / etcd;
        return AtLeast ? judged >= Bar : judged <= Bar;
    }
}
