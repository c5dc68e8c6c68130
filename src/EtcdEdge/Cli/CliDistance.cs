namespace EtcdEdge.Cli;

/// <summary>The edit distance of Levenshtein, without regard to case.</summary>
internal static class CliDistance
{
    public static int Between(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var at = 1; at <= one.Length; at++)
        {
            var diagonal = row[0];
            row[0] = at;
            for (var column = 1; column <= other.Length; column++)
            {
                var isSame = char.ToLowerInvariant(one[at - 1]) == char.ToLowerInvariant(other[column - 1]);
                var cheapest = Math.Min(Math.Min(row[column], row[column - 1]) + 1, diagonal + (isSame ? 0 : 1));
                (diagonal, row[column]) = (row[column], cheapest);
            }
        }

        return row[^1];
    }
}
