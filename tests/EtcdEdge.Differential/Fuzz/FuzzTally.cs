using System.Globalization;

namespace EtcdEdge.Differential.Fuzz;

/// <summary>
/// What was sent on each way in, and how much of it the decoders behind it took: a generator whose inputs end there tests nothing else.
/// </summary>
internal sealed class FuzzTally
{
    private readonly SortedDictionary<string, (long Sent, long Understood)> _ways = new(StringComparer.Ordinal);

    public void Count(string way, bool understood)
    {
        lock (_ways)
        {
            var (sent, taken) = _ways.GetValueOrDefault(way);
            _ways[way] = (sent + 1, taken + (understood ? 1 : 0));
        }
    }

    /// <summary>"gRPC 600 (82 % understood), …"</summary>
    public override string ToString()
    {
        lock (_ways)
        {
            return string.Join(", ", _ways.Select(way => string.Create(
                CultureInfo.InvariantCulture, $"{way.Key} {way.Value.Sent} ({100.0 * way.Value.Understood / way.Value.Sent:0} % understood)")));
        }
    }
}
