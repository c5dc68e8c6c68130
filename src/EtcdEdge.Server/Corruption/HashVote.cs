namespace EtcdEdge.Server.Corruption;

/// <summary>Decides which members differ among members that should hold the same.</summary>
internal static class HashVote
{
    /// <summary>
    /// Empty when all hashes are equal; the members that differ from a majority of <paramref name="members"/>; 0, which stands for the whole cluster,
    /// when there is no such majority.
    /// </summary>
    public static IReadOnlyList<ulong> Odd(IReadOnlyDictionary<ulong, uint> hashes, int members)
    {
        var camps = hashes.GroupBy(one => one.Value, one => one.Key).OrderByDescending(camp => camp.Count()).ToArray();
        return camps.Length <= 1 ? []
            : camps[0].Count() > members / 2 ? [.. camps.Skip(1).SelectMany(camp => camp).Order()]
            : [0];
    }
}
