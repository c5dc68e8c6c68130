namespace EtcdEdge.Simulation.World;

/// <summary>Cuts links in every shape, for a while.</summary>
internal sealed class Storms(Cluster cluster)
{
    private int _weather;

    /// <summary>Cuts by one of the shapes; <paramref name="one"/> is the member it is about.</summary>
    public void Cut(Fault shape, int one)
    {
        var side = cluster.Random.Next(1 << cluster.Members.Count);
        var outward = cluster.Random.Next(2) == 0;
        CutWhere(cluster.Duration(), (from, to) => shape switch
        {
            Fault.Isolate => from == one || to == one,
            Fault.Split => (side >> from & 1) != (side >> to & 1),
            Fault.OneWay => outward ? from == one : to == one,
            Fault.Bridge => (side >> from & 1) != (side >> to & 1) && from != one && to != one,
            _ => cluster.Random.Next(3) == 0,
        });
    }

    /// <summary>Two halves that share one member.</summary>
    public void Halve(int bridge, long us) =>
        CutWhere(us, (from, to) => from != bridge && to != bridge && SideOf(from, bridge) != SideOf(to, bridge));

    /// <summary>Nobody is heard by this one, for a while.</summary>
    public void Deafen(int member, long us) => CutWhere(us, (_, to) => to == member);

    // The others by turns on either side.
    private static int SideOf(int member, int bridge) => (member > bridge ? member - 1 : member) & 1;

    private void CutWhere(long us, Func<int, int, bool> isCut)
    {
        for (var from = 0; from < cluster.Members.Count; from++)
        {
            for (var to = 0; to < cluster.Members.Count; to++)
            {
                cluster.Network.Cut(from, to, isCut(from, to));
            }
        }

        var weather = ++_weather;
        cluster.Time.After(us, () =>
        {
            if (weather == _weather)
            {
                cluster.Network.Reconnect();
            }
        });
    }
}
