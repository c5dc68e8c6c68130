using System.Collections.Frozen;

namespace EtcdEdge.Server.Peers;

/// <summary>Who is in the cluster, as of the newest applied membership change. Immutable; replaced as a whole.</summary>
internal sealed record Roster(FrozenSet<ulong> Members, FrozenSet<ulong> Removed)
{
    public static Roster Empty { get; } = new(FrozenSet<ulong>.Empty, FrozenSet<ulong>.Empty);
}
