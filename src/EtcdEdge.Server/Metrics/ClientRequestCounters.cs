using System.Collections.Concurrent;

namespace EtcdEdge.Server.Metrics;

/// <summary>
/// etcd_server_client_requests_total by type and by the client-api-version a client sends. The text is the client's, so the number of
/// different ones is bounded; the rest count as "other".
/// </summary>
internal sealed class ClientRequestCounters : Instrument
{
    private readonly ConcurrentDictionary<string, Counter> _unary = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Counter> _stream = new(StringComparer.Ordinal);
    private string _family = "";

    public ClientRequestCounters()
        : base("")
    {
    }

    /// <summary>Counts one call; <paramref name="version"/> is null if the client sent none.</summary>
    public void Count(bool unary, string? version) => Find(unary ? _unary : _stream, unary ? "unary" : "stream", version ?? "unknown").Increment();

    public override void Bind(string family) => _family = family;

    public override void Render(PrometheusWriter writer, Scrape scrape)
    {
        foreach (var counter in _unary.Values.Concat(_stream.Values).OrderBy(counter => counter.Labels, StringComparer.Ordinal))
        {
            counter.Render(writer, scrape);
        }
    }

    private Counter Find(ConcurrentDictionary<string, Counter> byVersion, string type, string version)
    {
        if (byVersion.TryGetValue(version, out var counter))
        {
            return counter;
        }

        var fits = byVersion.Count < MetricsLimits.CountedClientVersions && version.Length <= MetricsLimits.ClientVersionLength;
        return byVersion.GetOrAdd(fits ? version : "other", Make, type);
    }

    private Counter Make(string version, string type)
    {
        var counter = new Counter(PrometheusText.Labels(("client_api_version", version), ("type", type)));
        counter.Bind(_family);
        return counter;
    }
}
