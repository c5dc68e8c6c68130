namespace EtcdEdge.Configuration;

/// <summary>Finds the known name nearest to an unknown one.</summary>
public static class Spelling
{
    /// <summary>", did you mean X?" or nothing when no candidate is near.</summary>
    public static string Suggestion(string name, IEnumerable<string> candidates, string prefix)
    {
        var nearest = candidates.Select(candidate => (Name: candidate, Distance: Distance(name, candidate)))
            .OrderBy(pair => pair.Distance).ThenBy(pair => pair.Name, StringComparer.Ordinal).First();
        return nearest.Distance <= Math.Min(ConfigurationLimits.MaxSpellingDistance, name.Length / 2) ? $", did you mean {prefix}{nearest.Name}?"
            : "";
    }

    /// <summary>Levenshtein's distance, one row at a time.</summary>
    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var replaced = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[right.Length];
    }
}
